//! Prints the document.
fn main() {
    print!("{}", nuncio_api::openapi_json());
}
