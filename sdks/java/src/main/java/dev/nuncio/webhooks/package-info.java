/**
 * Verifies webhook requests and hands each event on once.
 *
 * <p>How a sender's requests look is data, a {@link dev.nuncio.webhooks.Dialect}. The package depends on the JDK alone;
 * it reads JSON with a small strict parser of its own, so that it pulls no JSON library into anybody's project.
 * {@link dev.nuncio.webhooks.WebhookFilter} needs the Servlet API, which servlet containers bring.
 */
package dev.nuncio.webhooks;
