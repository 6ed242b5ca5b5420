use std::fmt::Write;

/// The address of a database of a server on this machine; no password, since the server trusts who comes from
/// here.
pub(super) fn url(user: &str, port: u16, database: &str) -> String {
    format!("postgres://{}@127.0.0.1:{port}/{}", Encoded(user), Encoded(database))
}

struct Encoded<'a>(&'a str);

impl std::fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for byte in self.0.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    f.write_char(char::from(byte))?;
                }
                _ => write!(f, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn names_are_encoded() {
        assert_eq!(url("postgres", 5432, "test_1"), "postgres://postgres@127.0.0.1:5432/test_1");
        assert_eq!(url("a@b", 1, "x/ü?"), "postgres://a%40b@127.0.0.1:1/x%2F%C3%BC%3F");
    }
}
