//! The command `simulate-tax-platform`.

use clap::Args;
use stampcard::simulator::{Platform, Script, Seen};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// Play the tax platform: answer questions about invoices by a script.
///
/// Answers the paths of the Ministry of Finance's application API over HTTP, in its own shapes, with the invoices,
/// carriers and faults of a YAML file (docs/invoices.md tells its form). Each question is printed with what became of it; verification
/// codes are not. It runs until it is stopped.
#[derive(Debug, Args)]
#[command(after_help = r#"Examples:
  stampcard simulate-tax-platform --script platform.yaml --listen 127.0.0.1:4020
  curl -d 'version=0.6&type=Barcode&invNum=ZF13137879&action=qryInvDetail&generation=V2&invTerm=11504&invDate=2026/04/10&UUID=u&randomNumber=9579&appID=EINV1' \
      http://127.0.0.1:4020/PB2CAPIVAN/invapp/InvApp

A script:
  invoices:
    - number: ZF13137879
      date: 2026-04-10
      random: "9579"
      seller: { number: "98952903", name: 台灣小吃股份有限公司 }
      lines: [{ name: 奶茶, quantity: "2", price: "25", amount: "50" }]
      tries: [{ not-known: 2 }, html-502]
          The first two questions find nothing, the third a gateway's page, all others the invoice."#)]
pub(super) struct SimulateTaxPlatform {
    /// The YAML file
    #[arg(long, value_name = "FILE")]
    script: PathBuf,
    /// Where to listen; port 0 is any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

impl SimulateTaxPlatform {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let platform = Platform::telling(Script::load(&self.script)?, |seen| {
            // Where nobody reads them any more, the questions are answered all the same.
            let _ = tell(seen);
        });
        let server = platform.serve(self.listen)?;
        let mut out = io::stdout().lock();
        writeln!(out, "listening on http://{}", server.address())?;
        out.flush()?;
        drop(out);
        server.wait();
        Ok(ExitCode::SUCCESS)
    }
}

fn tell(seen: &Seen) -> io::Result<()> {
    let plain = |text: &str| {
        let text = if text.is_empty() { "-" } else { text };
        stampcard::capabilities::logging::plain(text, 64)
    };
    let (action, about) = (plain(&seen.action), plain(&seen.about));
    let mut out = io::stdout().lock();
    writeln!(out, "{action} {about}: {}", seen.outcome)?;
    out.flush()
}
