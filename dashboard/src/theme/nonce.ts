/** The nonce that this page's styles must carry; the server writes a new one into every page. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
}

/** Tells it to libraries that make style elements of their own (scroll locking behind dialogs), under the name that they look for. */
export function announceStyleNonce(): void {
  (globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = styleNonce();
}
