//! Settings as JSON text.

use super::super::configure::shape;
use crate::domain::campaign::Settings;
use crate::domain::config::Fault;
use crate::json;
use crate::packed::unpack;
use crate::reject::Reject;

/// Bytes of settings, at most: they are read with every submission.
const SETTINGS_MAX: usize = 64 * 1024;

/// Where settings stand in a request.
const PATH: &str = "/settings";

/// Reads settings.
///
/// # Errors
/// [`Reject::Invalid`] for what is no JSON, and for JSON of another shape.
pub fn read(text: &str) -> Result<Settings, Reject> {
    if text.len() > SETTINGS_MAX {
        let found = format!("{} bytes", text.len());
        return Err(Reject::invalid(PATH, found, "at most 65,536 bytes"));
    }
    json::read(text).map_err(|fault| {
        let fault = shape(text, &fault);
        let path = [PATH, &fault.path].concat();
        Reject::Invalid(vec![Fault { path, ..fault }])
    })
}

/// Writes settings.
#[must_use]
pub fn write(settings: &Settings) -> String {
    json::write(settings)
}

/// The JSON Schema of settings, as one line; a test keeps `schema/` equal to what the types say.
#[must_use]
pub fn schema() -> String {
    unpack(include_bytes!(concat!(
        env!("OUT_DIR"),
        "/campaign.schema.packed"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flows::configure::assert_schema;

    #[test]
    fn the_schema_is_that_of_the_types() {
        assert_schema(
            "campaign.schema.json",
            &schemars::schema_for!(Settings),
            &schema(),
        );
    }
}
