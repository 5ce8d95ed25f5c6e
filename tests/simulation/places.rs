//! The same history natively, in a fresh sandbox each time, and in a warm one: the same answers, the same records.

use crate::play;
use crate::world::{Trouble, World, shown};
use stampcard::scenario::Stage;
use stampcard_tests::stages::Bench;

#[test]
fn every_place_gives_the_same_bytes() {
    for seed in 1..=24 {
        let mut world = World::new(seed, Trouble::None);
        play(&mut world, false).unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
        let expected: Vec<(String, String)> = world
            .rows_stored()
            .into_iter()
            .map(|row| (row.key, row.value))
            .collect();
        for place in ["memory", "warm"] {
            let mut bench = Bench::new(place);
            for made in &world.made {
                bench.set_clock(made.at);
                let answer = bench.subject().call(&made.call).unwrap();
                assert_eq!(
                    answer.result,
                    made.reply,
                    "seed {seed}, {place}: {} {:?}; natively {}",
                    made.call.function,
                    made.call.request,
                    shown(&made.reply)
                );
            }
            let stored: Vec<(String, String)> =
                bench.stored().unwrap().unwrap().into_iter().collect();
            assert_eq!(stored, expected, "seed {seed}, {place}");
        }
    }
}
