//! A context that nothing has run in: what code finds there, and what it doesn't.

use rquickjs::{
    Context, Ctx, Function, Object, Result, Runtime, Value,
    context::{EvalOptions, intrinsic},
    function::This,
    object::Property,
};

const DATES: &str = include_str!("dates.js");
const DATES_FILE: &str = "dates.js";
const BIG_NUMBERS: &str = include_str!("big_numbers.js");
const BIG_NUMBERS_FILE: &str = "big_numbers.js";

/// What contexts hold: the language, without `Proxy`, `WeakRef`, `performance`, arrays of bytes (and shared memory with them)
/// and whatever does I/O. `Promise` is there since async functions need it, but nothing ever runs its jobs.
type Intrinsics = (
    intrinsic::Eval,
    intrinsic::RegExpCompiler,
    intrinsic::RegExp,
    intrinsic::Json,
    intrinsic::MapSet,
    intrinsic::Date,
    intrinsic::Promise,
);

/// A fresh context; nothing if there is no memory for it.
pub(crate) fn fresh(runtime: &Runtime) -> Option<Context> {
    let context = Context::custom::<Intrinsics>(runtime).ok()?;
    context.with(|ctx| harden(&ctx)).ok()?;
    Some(context)
}

/// Takes away whatever would make a result depend on more than code and webhook, and whatever compiles code at run time. It
/// is done by calls rather than by a script, which would be compiled for every context.
fn harden(ctx: &Ctx<'_>) -> Result<()> {
    let global = ctx.globals();
    // No compiler but the server's, wherever functions lead to one.
    let kinds: Vec<Object<'_>> =
        ctx.eval("[function(){},function*(){},async function(){},async function*(){}]")?;
    for kind in kinds {
        if let Some(prototype) = kind.get_prototype() {
            prototype.prop("constructor", Property::from(()))?;
        }
    }
    global.remove("eval")?;
    global.remove("Function")?;
    // No look at the stack, which the real clock may be on.
    let error: Object<'_> = global.get("Error")?;
    error.remove("prepareStackTrace")?;
    // No randomness.
    global.get::<_, Object<'_>>("Math")?.remove("random")?;
    hide_clock(&global)
}

/// Puts a `Date` without a clock in the place of the real one. It is made when it is first asked for, since few handlers need
/// one, and to make it takes as long as all the rest of a context.
fn hide_clock(global: &Object<'_>) -> Result<()> {
    let ctx = global.ctx();
    let object: Object<'_> = global.get("Object")?;
    let define: Function<'_> = object.get("defineProperty")?;
    // What dates.js needs, before the customer's code can replace it.
    let tools = Object::new(ctx.clone())?;
    tools.set("defineProperty", define.clone())?;
    for (holder, names) in [
        (global.get("Reflect")?, &["apply", "construct"][..]),
        (prototype(global, "RegExp")?, &["test"]),
        (prototype(global, "String")?, &["slice"]),
    ] {
        let holder: Object<'_> = holder;
        for name in names {
            tools.set(*name, holder.get::<_, Value<'_>>(*name)?)?;
        }
    }
    // Bound, so that the real one is held where the interpreter sees it and code does not.
    let make = Function::new(ctx.clone(), make_date)?;
    let bind: Function<'_> = make.get("bind")?;
    let real: Value<'_> = global.get("Date")?;
    let get: Function<'_> = bind.call((This(make), (), real, tools))?;
    let accessor = Object::new(ctx.clone())?;
    accessor.set("get", get)?;
    accessor.set("set", Function::new(ctx.clone(), set_date)?)?;
    accessor.set("enumerable", false)?;
    accessor.set("configurable", true)?;
    define.call((global.clone(), "Date", accessor))
}

fn prototype<'js>(global: &Object<'js>, name: &str) -> Result<Object<'js>> {
    global.get::<_, Object<'_>>(name)?.get("prototype")
}

fn make_date<'js>(ctx: Ctx<'js>, real: Value<'js>, tools: Object<'js>) -> Result<Value<'js>> {
    let make: Function<'_> = ctx.eval_with_options(DATES, options(DATES_FILE))?;
    let date: Value<'_> = make.call((real, tools))?;
    set_date(ctx, date.clone())?;
    Ok(date)
}

fn set_date<'js>(ctx: Ctx<'js>, date: Value<'js>) -> Result<()> {
    let date = Property::from(date).writable().configurable();
    ctx.globals().prop("Date", date)
}

pub(crate) fn options(file: &str) -> EvalOptions {
    let mut options = EvalOptions::default();
    options.filename = Some(file.to_owned());
    options
}

/// How values are read from JSON text and written as such. It is made before the customer's code runs, which can't change it.
pub(crate) enum Json<'js> {
    /// As JavaScript does it.
    Plain,
    /// With numbers that JavaScript can't hold.
    BigNumbers {
        read: Function<'js>,
        write: Function<'js>,
    },
}

impl<'js> Json<'js> {
    /// For a text whose big numbers begin with that mark; it is empty if there are none.
    pub(crate) fn new(ctx: &Ctx<'js>, mark: &str) -> Result<Self> {
        if mark.is_empty() {
            return Ok(Self::Plain);
        }
        let make: Function<'_> = ctx.eval_with_options(BIG_NUMBERS, options(BIG_NUMBERS_FILE))?;
        let made: Object<'_> = make.call((mark,))?;
        Ok(Self::BigNumbers {
            read: made.get("read")?,
            write: made.get("write")?,
        })
    }

    pub(crate) fn read(&self, ctx: &Ctx<'js>, text: &str) -> Result<Value<'js>> {
        match self {
            Self::Plain => ctx.json_parse(text),
            Self::BigNumbers { read, .. } => read.call((text,)),
        }
    }

    /// Nothing for what JSON has no form for, as `undefined`.
    pub(crate) fn write(&self, value: Value<'js>) -> Result<Option<String>> {
        let text = match self {
            Self::Plain => value.ctx().clone().json_stringify(value)?,
            Self::BigNumbers { write, .. } => write.call((value,))?,
        };
        text.map(|text| text.to_string()).transpose()
    }
}
