// The ten rules of the bench as rules of json-rules-engine: conditions over facts, and the awards summed
// by the handler of what the engine reports. Reads the facts as the first line; for each number on a
// further line it judges the order so many times, and answers with the points and the nanoseconds.
import { createInterface } from 'node:readline';
import { Engine } from 'json-rules-engine';

const sum = (lines) => lines.reduce((total, line) => total + line.value, 0);

/** A rule that holds if all conditions do; `params` say what it gives. */
const rule = (name, all, params) => ({ name, conditions: { all }, event: { type: params.form, params: { name, ...params } } });
const is = (fact, value) => ({ fact, operator: 'equal', value });
const contains = (fact, value) => ({ fact, operator: 'contains', value });

const engine = new Engine();
const facts = {
  total: async (_, almanac) => sum(await almanac.factValue('lines')),
  categories: async (_, almanac) => (await almanac.factValue('lines')).flatMap((line) => line.categories),
  brands: async (_, almanac) => (await almanac.factValue('lines')).map((line) => line.brand),
};
for (const [name, value] of Object.entries(facts)) engine.addFact(name, value);

const some = [{ fact: 'total', operator: 'greaterThan', value: 0 }];
const rules = [
  rule('base', some, { form: 'step', points: 1, per: 100 }),
  rule('app', [is('channel', 'app')], { form: 'rate', points: 1, per: 200 }),
  rule('gold', [is('tier', 'gold')], { form: 'multiplier', factor: 1.5 }),
  rule('tea', [contains('categories', 'tea')], { form: 'step', points: 1, per: 50, category: 'tea' }),
  rule('kiln', [contains('brands', 'kiln')], { form: 'unit', points: 5, brand: 'kiln' }),
  rule('card', [contains('paymentMethods', 'house-card')], { form: 'rate', points: 1, per: 150 }),
  rule('large', [{ fact: 'total', operator: 'greaterThanInclusive', value: 5000 }], { form: 'fixed', points: 50 }),
  rule('weekend', [{ fact: 'weekday', operator: 'in', value: ['saturday', 'sunday'] }], { form: 'multiplier', factor: 2 }),
  rule(
    'new-year',
    [
      { fact: 'at', operator: 'greaterThanInclusive', value: 1771171200 },
      { fact: 'at', operator: 'lessThan', value: 1772380800 },
    ],
    { form: 'fixed', points: 88 },
  ),
  rule('friends', [contains('tags', 'friend')], { form: 'fixed', points: 20 }),
];
for (const each of rules) engine.addRule(each);

/** What an event gives for these lines, before the factor. */
function raw({ type, params }, lines) {
  const counted = lines.filter(
    (line) =>
      (params.category === undefined || line.categories.includes(params.category)) &&
      (params.brand === undefined || line.brand === params.brand),
  );
  switch (type) {
    case 'step':
      return Math.floor(sum(counted) / params.per) * params.points;
    case 'rate':
      return (sum(counted) * params.points) / params.per;
    case 'unit':
      return counted.reduce((units, line) => units + line.quantity, 0) * params.points;
    default:
      return params.points;
  }
}

async function judge(order) {
  const { events } = await engine.run(order);
  const multipliers = events.filter((event) => event.type === 'multiplier');
  const factor = multipliers.reduce((product, event) => product * event.params.factor, 1);
  let points = 0;
  for (const event of events) {
    if (event.type !== 'multiplier') points += Math.floor(raw(event, order.lines) * factor);
  }
  return points;
}

let order;
for await (const line of createInterface({ input: process.stdin })) {
  if (order === undefined) {
    order = JSON.parse(line);
    continue;
  }
  let points = 0;
  const since = process.hrtime.bigint();
  for (let left = Number(line); left > 0; left -= 1) points = await judge(order);
  console.log(`${points} ${process.hrtime.bigint() - since}`);
}
