// Package client talks to a Nuncio server: it publishes events, manages endpoints, looks at deliveries.
//
// A call is made again after failures that may pass. Every POST carries an idempotency key, the same for all its
// attempts, so that a retry has no second effect. Errors are *Error where the server answered, which errors.Is compares
// with ErrNotFound and its like; *ConnectionError where it did not.
//
// To receive webhooks, see the package webhooks of this module.
package client
