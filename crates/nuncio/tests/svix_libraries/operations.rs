//! What every driver must have called.

use crate::driver::Driver;

/// Operations of Svix's cloud that the drivers ask for and the server refuses, so far, with a 404 that libraries can read.
pub(crate) const LACKING: &[&str] = &["authentication.expireAll", "backgroundTask.list"];

/// Operations that a library can't call at all, whatever the server: it throws before it sends anything, or over an answer
/// without a body to read.
pub(crate) fn broken_in(driver: Driver) -> &'static [&'static str] {
    match driver {
        Driver::Java => &[
            "authentication.dashboardAccess",
            "authentication.logout",
            "health.get",
            "messageAttempt.resend",
            "statistics.aggregateEventTypes",
        ],
        Driver::Node1 | Driver::Node2 | Driver::Python | Driver::Go | Driver::Rust => &[],
    }
}

/// The operations of the open-source server as Svix's libraries name them, what the server gives of the cloud's, and the
/// behaviour that is no operation of its own.
pub(crate) const OPERATIONS: &[&str] = &[
    "application.create",
    "application.delete",
    "application.get",
    "application.getOrCreate",
    "application.idempotency",
    "application.list",
    "application.patch",
    "application.update",
    "authentication.appPortalAccess",
    "authentication.expireAll",
    "authentication.logout",
    "authentication.token",
    "backgroundTask.get",
    "backgroundTask.list",
    "endpoint.bulkReplay",
    "endpoint.create",
    "endpoint.delete",
    "endpoint.get",
    "endpoint.getHeaders",
    "endpoint.getSecret",
    "endpoint.getStats",
    "endpoint.list",
    "endpoint.patch",
    "endpoint.patchHeaders",
    "endpoint.recover",
    "endpoint.replayMissing",
    "endpoint.rotateSecret",
    "endpoint.sendExample",
    "endpoint.update",
    "endpoint.updateHeaders",
    "eventType.create",
    "eventType.delete",
    "eventType.get",
    "eventType.importOpenapi",
    "eventType.list",
    "eventType.patch",
    "eventType.update",
    "health.get",
    "message.create",
    "message.createWithApplication",
    "message.expungeContent",
    "message.get",
    "message.idempotency",
    "message.list",
    "message.messageInRaw",
    "message.precheck",
    "messageAttempt.expungeContent",
    "messageAttempt.get",
    "messageAttempt.listAttemptedDestinations",
    "messageAttempt.listAttemptedMessages",
    "messageAttempt.listByEndpoint",
    "messageAttempt.listByMsg",
    "messageAttempt.resend",
    "statistics.aggregateEventTypes",
    "Webhook.verify",
];
