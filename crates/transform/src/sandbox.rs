//! One QuickJS runtime, and one call in a fresh context of it.

use std::{cell::Cell, rc::Rc, time::Duration};

use rquickjs::{
    Coerced, Context, Ctx, Error, Function, Persistent, Runtime, Value,
    context::{EvalOptions, intrinsic},
};

use crate::{
    PAYLOAD_BYTES_MAX, TransformError, TransformErrorKind,
    numbers::{mark, unmark},
    pool::{Now, TransformLimits},
    webhook::{Rest, Transformed, Webhook, check_code},
};

/// What errors call the customer's code.
const FILE: &str = "transform.js";
const PRELUDE: &str = include_str!("prelude.js");
const PRELUDE_FILE: &str = "prelude.js";
/// Finds the handler also where it is a constant, which is no member of the global object.
const HANDLER: &str = "typeof handler === 'function' ? handler : undefined";
/// The longest text of an error that is kept.
const MESSAGE_CHARS_MAX: usize = 300;

/// What contexts hold. Without `Proxy`, `WeakRef`, `performance` and whatever does I/O. `Promise` is there since async functions
/// need it, but nothing ever runs its jobs.
type Intrinsics = (
    intrinsic::Eval,
    intrinsic::RegExpCompiler,
    intrinsic::RegExp,
    intrinsic::Json,
    intrinsic::MapSet,
    intrinsic::TypedArrays,
    intrinsic::Date,
    intrinsic::Promise,
);

/// When the running call has to be over, and whether it was interrupted.
struct Watch {
    now: Now,
    deadline: Cell<Option<Duration>>,
    timed_out: Cell<bool>,
}

impl Watch {
    /// Asked by the interpreter every few thousand steps.
    fn is_over(&self) -> bool {
        let over = self
            .deadline
            .get()
            .is_some_and(|deadline| (self.now)() >= deadline);
        if over {
            self.timed_out.set(true);
        }
        over
    }
}

/// A fresh context, with the function that calls a handler in it. It is made ahead of the call that it is for.
struct Fresh {
    call: Persistent<Function<'static>>,
    context: Context,
}

/// A runtime. It stays on its thread.
pub(crate) struct Sandbox {
    fresh: Option<Fresh>,
    runtime: Option<Runtime>,
    watch: Rc<Watch>,
    limits: TransformLimits,
}

/// What is to be done with a code.
pub(crate) enum Task {
    /// Call its handler.
    Run(Webhook),
    /// See whether it has one.
    Check,
}

impl Sandbox {
    pub(crate) fn new(limits: TransformLimits, now: Now) -> Self {
        let watch = Rc::new(Watch {
            now,
            deadline: Cell::new(None),
            timed_out: Cell::new(false),
        });
        Self {
            fresh: None,
            runtime: None,
            watch,
            limits,
        }
    }

    /// Does it in a context that nothing has run in before.
    pub(crate) fn run(&mut self, code: &str, task: Task) -> Result<Transformed, TransformError> {
        check_code(code)?;
        self.prepare();
        let Some(Fresh { call, context }) = self.fresh.take() else {
            return Err(TransformError::new(
                TransformErrorKind::Busy,
                "no memory is left to run the transformation in",
            ));
        };
        self.watch.timed_out.set(false);
        let deadline = (self.watch.now)() + self.limits.deadline;
        self.watch.deadline.set(Some(deadline));
        let done = context.with(|ctx| self.in_context(&ctx, call, code, task));
        self.watch.deadline.set(None);
        drop(context);
        done
    }

    fn in_context(
        &self,
        ctx: &Ctx<'_>,
        call: Persistent<Function<'static>>,
        code: &str,
        task: Task,
    ) -> Result<Transformed, TransformError> {
        let failed = |error| self.failure(ctx, error);
        let call = call.restore(ctx).map_err(failed)?;
        ctx.eval_with_options::<(), _>(code, options(FILE))
            .map_err(failed)?;
        let handler = ctx
            .eval_with_options::<Option<Function<'_>>, _>(HANDLER, options(PRELUDE_FILE))
            .map_err(failed)?;
        let handler = handler.ok_or_else(|| {
            TransformError::result("there is no `function handler(webhook)` in the code")
        })?;
        let Task::Run(webhook) = task else {
            return Ok(Transformed::default());
        };
        let marked = mark(webhook.payload)?;
        let channels = serde_json::to_string(&webhook.channels).unwrap_or_default();
        let arguments = (
            handler,
            webhook.method,
            webhook.url,
            marked.text,
            marked.mark.as_str(),
            webhook.event_type,
            channels,
        );
        let returned: Vec<Option<rquickjs::String<'_>>> = call.call(arguments).map_err(failed)?;
        let text = |n: usize| match returned.get(n) {
            Some(Some(text)) => text.to_string().map(Some).map_err(failed),
            Some(None) | None => Ok(None),
        };
        if let Some(refusal) = text(0)?.filter(|refusal| !refusal.is_empty()) {
            return Err(TransformError::result(refusal));
        }
        let payload = text(1)?.map(|payload| unmark(payload, &marked.mark));
        if let (Some(_), Some(number)) = (&payload, marked.rounded) {
            return Err(TransformError::result(format!(
                "the payload holds the number {number}, which JavaScript can't hold exactly: it can't be sent on changed"
            )));
        }
        let bytes = payload.as_ref().map_or(0, String::len);
        if bytes > PAYLOAD_BYTES_MAX {
            return Err(TransformError::result(format!(
                "the payload came to {bytes} bytes: at most {PAYLOAD_BYTES_MAX} are allowed"
            )));
        }
        let rest = text(2)?.unwrap_or_default();
        let rest: Rest = serde_json::from_str(&rest).map_err(|error| {
            TransformError::result(format!("what came back can't be read: {error}"))
        })?;
        rest.check(payload)
    }

    /// What an error of the interpreter comes to.
    fn failure(&self, ctx: &Ctx<'_>, error: Error) -> TransformError {
        let thrown = match error {
            Error::Exception => ctx.catch(),
            Error::Allocation => return memory(),
            error => return TransformError::result(cut(&error.to_string())),
        };
        let mut failure = self.thrown(&thrown);
        if self.watch.timed_out.get() {
            let limit = self.limits.deadline.as_millis();
            failure.kind = TransformErrorKind::Timeout;
            failure.message = format!("the code ran longer than {limit} ms");
        }
        failure
    }

    fn thrown(&self, thrown: &Value<'_>) -> TransformError {
        let Some(exception) = thrown.as_exception() else {
            // What is thrown for want of memory may be nothing at all.
            if thrown.is_null() {
                return memory();
            }
            let text = thrown.get::<Coerced<String>>();
            let text = text.map_or_else(|_| "something that has no text".to_owned(), |text| text.0);
            let message = format!("the code threw {}", cut(&text));
            return TransformError::new(TransformErrorKind::Thrown, message);
        };
        let message = exception.message().unwrap_or_default();
        if message == "out of memory" {
            return memory();
        }
        let name: Option<String> = exception.get("name").ok();
        let name = name.unwrap_or_else(|| "Error".to_owned());
        let (line, column) = place(&exception.stack().unwrap_or_default());
        let is_syntax = name == "SyntaxError";
        TransformError {
            kind: match is_syntax {
                true => TransformErrorKind::Syntax,
                false => TransformErrorKind::Thrown,
            },
            message: cut(&format!("{name}: {message}")),
            line,
            column,
        }
    }

    /// Makes a runtime and a fresh context, unless they are there. Best done after a call was answered.
    pub(crate) fn prepare(&mut self) {
        if self.fresh.is_some() {
            return;
        }
        if let Some(runtime) = &self.runtime {
            runtime.run_gc();
        }
        if self.watch.timed_out.replace(false) {
            self.retire();
        }
        self.fresh = self.make();
        if self.fresh.is_none() {
            // What is left in the runtime may be in the way.
            self.retire();
            self.fresh = self.make();
        }
    }

    fn make(&mut self) -> Option<Fresh> {
        let runtime = match &self.runtime {
            Some(runtime) => runtime,
            None => {
                let runtime = Runtime::new().ok()?;
                runtime.set_memory_limit(self.limits.memory_bytes);
                runtime.set_max_stack_size(self.limits.stack_bytes);
                let watch = Rc::clone(&self.watch);
                runtime.set_interrupt_handler(Some(Box::new(move || watch.is_over())));
                self.runtime.insert(runtime)
            }
        };
        let context = Context::custom::<Intrinsics>(runtime).ok()?;
        let call = context.with(|ctx| {
            let made = ctx.eval_with_options::<Function<'_>, _>(PRELUDE, options(PRELUDE_FILE));
            made.ok().map(|call| Persistent::save(&ctx, call))
        })?;
        Some(Fresh { call, context })
    }

    /// Puts the runtime away. Freeing one that still holds something would end the process, so that one is left as it is: it
    /// takes no more than its memory limit, and QuickJS knows of no way to bring it about.
    fn retire(&mut self) {
        self.fresh = None;
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        runtime.run_gc();
        if runtime.memory_usage().obj_count > 0 {
            tracing::error!("a JavaScript runtime still holds objects: its memory is not freed");
            std::mem::forget(runtime);
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.retire();
    }
}

fn options(file: &str) -> EvalOptions {
    let mut options = EvalOptions::default();
    options.filename = Some(file.to_owned());
    options
}

fn memory() -> TransformError {
    TransformError::new(
        TransformErrorKind::Memory,
        "the code needs more memory than it may have",
    )
}

/// The first place in the customer's code that a stack names: `    at handler (transform.js:2:10)`.
fn place(stack: &str) -> (Option<u32>, Option<u32>) {
    let mut lines = stack.lines();
    let found = lines.find_map(|line| line.split_once(FILE)?.1.strip_prefix(':'));
    let mut numbers = found.unwrap_or_default().trim_end_matches(')').split(':');
    let mut next = || numbers.next()?.parse().ok();
    (next(), next())
}

fn cut(text: &str) -> String {
    text.chars().take(MESSAGE_CHARS_MAX).collect()
}
