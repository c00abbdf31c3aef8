//! One QuickJS runtime, and one call in a fresh context of it.

use std::{cell::Cell, rc::Rc, time::Duration};

use rquickjs::{Coerced, Context, Ctx, Error, Runtime, Value};

use crate::{
    TransformError, TransformErrorKind,
    call::{CallError, FILE, call, handler},
    clocks::TransformClocks,
    context::fresh,
    limits::TransformLimits,
    webhook::{Transformed, Webhook, check_code},
};

/// The longest text of an error that is kept.
const MESSAGE_CHARS_MAX: usize = 300;

/// Which of its times a call used up.
#[derive(Clone, Copy)]
enum TimeUsed {
    Processor,
    Clock,
}

/// When the running call has to be over, and whether it was interrupted.
struct Watch {
    clocks: TransformClocks,
    /// On the clock of the thread, and on that of the wall.
    deadlines: Cell<Option<(Duration, Duration)>>,
    timed_out: Cell<Option<TimeUsed>>,
}

impl Watch {
    fn begin(&self, limits: TransformLimits) {
        self.timed_out.set(None);
        self.deadlines.set(Some((
            self.clocks.thread() + limits.processor_time,
            self.clocks.steady() + limits.deadline,
        )));
    }

    /// Asked by the interpreter every few thousand steps.
    fn is_over(&self) -> bool {
        let Some((processor, deadline)) = self.deadlines.get() else {
            return false;
        };
        let used = if self.clocks.thread() >= processor {
            TimeUsed::Processor
        } else if self.clocks.steady() >= deadline {
            TimeUsed::Clock
        } else {
            return false;
        };
        self.timed_out.set(Some(used));
        true
    }
}

/// A runtime. It stays on its thread.
pub(crate) struct Sandbox {
    /// Made ahead of the call that it is for.
    fresh: Option<Context>,
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
    pub(crate) fn new(limits: TransformLimits, clocks: TransformClocks) -> Self {
        let watch = Rc::new(Watch {
            clocks,
            deadlines: Cell::new(None),
            timed_out: Cell::new(None),
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
        let Some(context) = self.fresh.take() else {
            return Err(TransformError::new(
                TransformErrorKind::Busy,
                "no memory is left to run the transformation in",
            ));
        };
        self.watch.begin(self.limits);
        let done = context.with(|ctx| {
            let done = match task {
                Task::Run(webhook) => call(&ctx, code, webhook),
                Task::Check => handler(&ctx, code).map(|_| Transformed::default()),
            };
            done.map_err(|error| match error {
                CallError::Interpreter(error) => self.failure(&ctx, error),
                CallError::Refused(error) => error,
            })
        });
        self.watch.deadlines.set(None);
        done
    }

    /// What an error of the interpreter comes to.
    fn failure(&self, ctx: &Ctx<'_>, error: Error) -> TransformError {
        let thrown = match error {
            Error::Exception => ctx.catch(),
            Error::Allocation => return memory(),
            error => return TransformError::result(cut(&error.to_string())),
        };
        let mut failure = self.thrown(&thrown);
        if let Some(used) = self.watch.timed_out.get() {
            failure.kind = TransformErrorKind::Timeout;
            failure.message = match used {
                TimeUsed::Processor => {
                    let limit = self.limits.processor_time.as_millis();
                    format!("the code took more than {limit} ms of processor time")
                }
                TimeUsed::Clock => {
                    let limit = self.limits.deadline.as_secs();
                    format!("the code did not end within {limit} s")
                }
            };
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
        // A runtime whose code was interrupted is not used again; nor one that holds jobs of promises, which would keep what
        // they refer to for as long as it lives.
        let is_spent = self.watch.timed_out.take().is_some()
            || self.runtime.as_ref().is_some_and(Runtime::is_job_pending);
        if is_spent {
            self.retire();
        } else if let Some(runtime) = &self.runtime {
            runtime.run_gc();
        }
        self.fresh = self.make();
        if self.fresh.is_none() {
            // What is left in the runtime may be in the way.
            self.retire();
            self.fresh = self.make();
        }
    }

    fn make(&mut self) -> Option<Context> {
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
        fresh(runtime)
    }

    /// Puts the runtime away. Freeing one that still holds something would end the process, so that one is left as it is: it
    /// takes no more than its memory limit, and QuickJS knows of no way to bring it about. What pending jobs hold is freed
    /// with them.
    fn retire(&mut self) {
        self.fresh = None;
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        runtime.run_gc();
        if !runtime.is_job_pending() && runtime.memory_usage().obj_count > 0 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sandbox() -> Sandbox {
        let clocks = TransformClocks::new(|| Duration::ZERO, || Duration::ZERO);
        Sandbox::new(TransformLimits::default(), clocks)
    }

    fn run(sandbox: &mut Sandbox, code: &str) {
        let webhook = Webhook {
            method: "POST",
            url: String::new(),
            payload: "{}".to_owned(),
            event_type: "a".to_owned(),
            channels: Vec::new(),
        };
        sandbox.run(code, Task::Run(webhook)).unwrap();
        sandbox.prepare();
    }

    fn bytes(sandbox: &Sandbox) -> i64 {
        let runtime = sandbox.runtime.as_ref().unwrap();
        runtime.memory_usage().malloc_size
    }

    #[test]
    fn what_a_call_leaves_behind_is_gone_before_the_next() {
        for code in [
            "function handler(w) { return w }",
            "function handler(w) { w.self = w; globalThis.kept = { w, handler }; delete w.self; return w }",
            "function handler(w) { Promise.resolve(w).then(() => handler); return w }",
            "async function wait(w) { await w; } function handler(w) { wait(w); return w }",
            "const all = new Map([[1, Date]]); function handler(w) { all.set(all, handler); return w }",
        ] {
            let mut sandbox = sandbox();
            run(&mut sandbox, code);
            let before = bytes(&sandbox);
            for _ in 0..20 {
                run(&mut sandbox, code);
            }
            let after = bytes(&sandbox);
            assert!(after < before + 16 * 1024, "{code}: {before} to {after}");
        }
    }
}
