package dev.nuncio.webhooks;

/**
 * A request that must not be acted upon. The message is for logs and never holds a secret or a payload; status and text
 * are what the dialect's vendor publishes as the answer.
 */
public final class WebhookVerificationException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int BODY_STATUS = 400;

    private final Reason reason;
    private final String header;
    private final int status;
    private final String text;

    private WebhookVerificationException(Reason reason, String header, int status, String text, String message) {
        super(message);
        this.reason = reason;
        this.header = header;
        this.status = status;
        this.text = text;
    }

    /**
     * The kind of refusal.
     *
     * @return never {@code null}
     */
    public Reason reason() {
        return reason;
    }

    /**
     * The stable name of the kind.
     *
     * @return such as {@code bad_signature}
     */
    public String code() {
        return reason.code();
    }

    /**
     * The header at fault.
     *
     * @return its name as the dialect spells it; {@code null} where no header is at fault
     */
    public String header() {
        return header;
    }

    /**
     * The HTTP status to answer with.
     *
     * @return such as 401
     */
    public int status() {
        return status;
    }

    /**
     * The text to answer with.
     *
     * @return such as {@code Invalid signature}
     */
    public String text() {
        return text;
    }

    static WebhookVerificationException missingHeader(String name, Answers answers) {
        return new WebhookVerificationException(Reason.MISSING_HEADER, name, answers.missing(), answers.text(),
                "the header `" + name + "` is missing");
    }

    static WebhookVerificationException malformedHeader(String name, String fault, Answers answers) {
        return new WebhookVerificationException(Reason.MALFORMED_HEADER, name, answers.missing(), answers.text(),
                "the header `" + name + "` is malformed: " + fault);
    }

    static WebhookVerificationException badSignature(String name, Answers answers) {
        return new WebhookVerificationException(Reason.BAD_SIGNATURE, name, answers.invalid(), answers.text(),
                "no signature in `" + name + "` matches the request");
    }

    static WebhookVerificationException tooOld(long ageS, long toleranceS, Answers answers) {
        return new WebhookVerificationException(Reason.TOO_OLD, null, answers.invalid(), answers.text(),
                "the request was signed " + ageS + " s ago, more than the " + toleranceS + " s that are allowed");
    }

    static WebhookVerificationException tooNew(long aheadS, long toleranceS, Answers answers) {
        return new WebhookVerificationException(Reason.TOO_NEW, null, answers.invalid(), answers.text(),
                "the request was signed " + aheadS + " s in the future, more than the " + toleranceS
                        + " s that are allowed");
    }

    static WebhookVerificationException malformedBody(String fault) {
        return new WebhookVerificationException(Reason.MALFORMED_BODY, null, BODY_STATUS, "Invalid body",
                "the body is malformed: " + fault);
    }
}
