//! One call of a handler, in a context that nothing has run in before.

use rquickjs::{Ctx, Error, Function, IntoJs, Object, Value, object::Property};

use crate::{
    TransformError,
    context::{Json, options},
    limits::PAYLOAD_BYTES_MAX,
    numbers::{mark, unmark},
    webhook::{Rest, Transformed, Webhook},
    words::is_in_javascripts_words,
};

/// What errors call the customer's code.
pub(crate) const FILE: &str = "transform.js";
/// Finds the handler also where it is a constant, which is no member of the global object.
const HANDLER: &str = "typeof handler === 'function' ? handler : undefined";
const HANDLER_FILE: &str = "handler.js";

/// Why a call came to nothing.
pub(crate) enum CallError {
    /// The interpreter says so.
    Interpreter(Error),
    /// It came to an end, with what can't be sent.
    Refused(TransformError),
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self::Interpreter(error)
    }
}

impl From<TransformError> for CallError {
    fn from(error: TransformError) -> Self {
        Self::Refused(error)
    }
}

fn refused<T>(message: impl Into<String>) -> Result<T, CallError> {
    Err(TransformError::result(message).into())
}

/// Runs the code, and finds its handler.
pub(crate) fn handler<'js>(ctx: &Ctx<'js>, code: &str) -> Result<Function<'js>, CallError> {
    ctx.eval_with_options::<(), _>(code, options(FILE))?;
    let declared: Value<'_> = ctx.globals().get("handler")?;
    let found = match declared.into_function() {
        Some(function) => Some(function),
        None => ctx.eval_with_options(HANDLER, options(HANDLER_FILE))?,
    };
    match found {
        Some(function) => Ok(function),
        None => refused("there is no `function handler(webhook)` in the code"),
    }
}

/// Runs the code and calls its handler with a webhook.
pub(crate) fn call(ctx: &Ctx<'_>, code: &str, given: Webhook) -> Result<Transformed, CallError> {
    let marked = mark(given.payload)?;
    let json = Json::new(ctx, &marked.mark)?;
    let payload = json.read(ctx, &marked.text)?;
    // All that is compared later is made now: the code may change what the interpreter makes of it.
    let before = match is_in_javascripts_words(&marked.text) {
        true => None,
        false => json.write(payload.clone())?,
    };
    let webhook = Object::new(ctx.clone())?;
    webhook.set("method", given.method)?;
    webhook.set("url", given.url.as_str())?;
    webhook.set("payload", payload)?;
    webhook.set("eventType", given.event_type.as_str())?;
    webhook.set("channels", given.channels)?;
    webhook.set("headers", Object::new(ctx.clone())?)?;
    webhook.set("cancel", false)?;
    let returned: Value<'_> = handler(ctx, code)?.call((webhook,))?;
    let returned = match returned.as_object() {
        Some(object) if !returned.is_function() => object,
        Some(_) | None => {
            let kind = kind(&returned);
            return refused(format!("the handler returned {kind}: return the webhook"));
        }
    };
    if returned.get::<_, Value<'_>>("then")?.is_function() {
        return refused("the handler returned a promise: it has to return the webhook itself");
    }
    read_only(returned, "url", &given.url)?;
    read_only(returned, "method", given.method)?;
    let Some(payload) = json.write(returned.get("payload")?)? else {
        return refused("`payload` is missing in what the handler returned: return the webhook");
    };
    let rest = rest(returned, &given.event_type)?;
    if payload == *before.as_ref().unwrap_or(&marked.text) {
        return Ok(rest.check(None)?);
    }
    let payload = unmark(payload, &marked.mark);
    if let Some(number) = marked.rounded {
        return refused(format!(
            "the payload holds the number {number}, which JavaScript can't hold exactly: it can't be sent on changed"
        ));
    }
    let bytes = payload.len();
    if bytes > PAYLOAD_BYTES_MAX {
        return refused(format!(
            "the payload came to {bytes} bytes: at most {PAYLOAD_BYTES_MAX} are allowed"
        ));
    }
    Ok(rest.check(Some(payload))?)
}

/// What JavaScript calls a value that is no object.
fn kind(value: &Value<'_>) -> &'static str {
    use rquickjs::Type::{Bool, Constructor, Float, Function, Int};
    match value.type_of() {
        Bool => "boolean",
        Int | Float => "number",
        Function | Constructor => "function",
        other => other.as_str(),
    }
}

fn read_only(returned: &Object<'_>, name: &str, given: &str) -> Result<(), CallError> {
    let value: Value<'_> = returned.get(name)?;
    let text = value.as_string().map(rquickjs::String::to_string);
    let is_same = text.is_some_and(|text| text.is_ok_and(|text| text == given));
    match value.is_undefined() || is_same {
        true => Ok(()),
        false => refused(format!("`{name}` is read-only")),
    }
}

/// All but the payload. It goes through JSON, so that what is checked cannot change any more.
fn rest(returned: &Object<'_>, event_type: &str) -> Result<Rest, CallError> {
    let ctx = returned.ctx();
    let rest = Object::new(ctx.clone())?;
    for name in ["eventType", "channels", "headers", "cancel"] {
        let mut value: Value<'_> = returned.get(name)?;
        if name == "eventType" && value.is_undefined() {
            value = event_type.into_js(ctx)?;
        }
        // Defined, since a prototype may have a setter of that name by now.
        rest.prop(name, Property::from(value).enumerable())?;
    }
    let text = Json::Plain.write(rest.into_value())?.unwrap_or_default();
    match serde_json::from_str(&text) {
        Ok(rest) => Ok(rest),
        Err(error) => refused(format!("what came back can't be read: {error}")),
    }
}
