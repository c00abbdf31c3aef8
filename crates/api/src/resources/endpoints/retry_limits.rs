//! How soon and how often a tenant may have its endpoints tried again. A project's policy says it; the project and the
//! admin may set any schedule.

use nuncio_domain::{PolicyOverride, Retry};

use crate::{
    access::rights::Access, http::problem::Problem, http::rejection::failed_look_up,
    resources::policy::retry::RetryInput, state::Server,
};

/// Checks a schedule that a tenant sets for its endpoint. The project and the admin may set any.
///
/// # Errors
/// It would try too soon or too often.
pub(crate) async fn check_retry(
    server: &Server,
    caller: &Access,
    retry: Option<&RetryInput>,
) -> Result<(), Problem> {
    let (Some(RetryInput(retry)), Some(_)) = (retry, caller.kind.tenant()) else {
        return Ok(());
    };
    match server
        .store()
        .project(caller.project())
        .await
        .map_err(failed_look_up)?
    {
        Some(project) => fits(retry, &project.policy),
        None => Ok(()),
    }
}

fn fits(retry: &Retry, policy: &PolicyOverride) -> Result<(), Problem> {
    let (delay_min, attempts_max) = (policy.tenant_delay_s_min(), policy.tenant_attempts_max());
    let too_soon = |pointer: String, delay: u32| {
        let detail = format!(
            "{delay} s is too soon: at least {delay_min} s between attempts (policy tenant_delay_s_min)"
        );
        Err(Problem::invalid(pointer, detail))
    };
    let too_many = |pointer: &str, attempts: String| {
        let detail = format!(
            "{attempts} attempts are too many: at most {attempts_max} (policy tenant_attempts_max)"
        );
        Err(Problem::invalid(pointer, detail))
    };
    match retry {
        Retry::Delays { delays_s } => {
            if delays_s.len() > attempts_max as usize {
                return too_many("/retry/delays_s", delays_s.len().to_string());
            }
            // The first delay is before the first attempt.
            let between = delays_s.iter().enumerate().skip(1);
            let mut soon = between.filter(|(_, delay)| **delay < delay_min);
            soon.next().map_or(Ok(()), |(n, delay)| {
                too_soon(format!("/retry/delays_s/{n}"), *delay)
            })
        }
        Retry::Backoff {
            base_s,
            factor,
            cap_s,
            span_s,
            attempts_max: given,
        } => {
            if *base_s < delay_min {
                return too_soon("/retry/base_s".to_owned(), *base_s);
            }
            if let Some(given) = given.filter(|given| *given > attempts_max) {
                return too_many("/retry/attempts_max", given.to_string());
            }
            let Some(span_s) = span_s else {
                return Ok(());
            };
            let (mut attempts, mut passed, mut delay) = (1, 0.0, f64::from(*base_s));
            while passed + delay <= f64::from(*span_s) {
                attempts += 1;
                if attempts > attempts_max {
                    return too_many("/retry/span_s", format!("more than {attempts_max}"));
                }
                passed += delay;
                delay = (delay * factor).min(f64::from(*cap_s));
            }
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenants_schedule_is_no_flood() {
        let check = |retry: Retry, pointer: &str| {
            let found = fits(&retry, &PolicyOverride::default());
            let document = found.as_ref().err().map(|problem| {
                serde_json::to_value(problem.document(None)).unwrap()["errors"][0]["pointer"]
                    .clone()
            });
            let expected = (!pointer.is_empty()).then(|| pointer.into());
            assert_eq!(document, expected, "{retry:?}");
        };
        let delays = |delays_s: &[u32]| Retry::Delays {
            delays_s: delays_s.to_vec(),
        };
        check(delays(&[0; 60]), "/retry/delays_s");
        check(delays(&[0, 0, 0]), "/retry/delays_s/1");
        check(delays(&[0, 60, 4]), "/retry/delays_s/2");
        check(delays(&[0, 5, 300]), "");
        let backoff = |base_s, factor, cap_s, span_s, attempts_max| Retry::Backoff {
            base_s,
            factor,
            cap_s,
            span_s,
            attempts_max,
        };
        check(backoff(1, 2.0, 60, None, Some(5)), "/retry/base_s");
        check(backoff(5, 1.0, 5, None, Some(100)), "/retry/attempts_max");
        check(backoff(5, 1.0, 5, Some(500), None), "/retry/span_s");
        check(backoff(30, 2.0, 14_400, Some(86_400), None), "");
    }
}
