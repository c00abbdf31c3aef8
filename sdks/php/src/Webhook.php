<?php

declare(strict_types=1);

namespace Nuncio\Webhooks;

use Nuncio\Webhooks\Dialect\Dialect;
use Nuncio\Webhooks\Exception\ConfigurationException;
use Nuncio\Webhooks\Exception\MalformedBody;
use Nuncio\Webhooks\Exception\WebhookVerificationException;
use Nuncio\Webhooks\Verification\Key;
use Nuncio\Webhooks\Verification\Keys;
use Nuncio\Webhooks\Verification\Verifier;

/** Verifies the requests of one endpoint: a dialect with the endpoint's secrets. Immutable. */
final class Webhook
{
    /** The dialect of a project that has chosen none: Standard Webhooks 1.0.0. */
    public const STANDARD = 'standard';

    public readonly Dialect $dialect;
    private readonly EventReader $reader;
    private readonly ?int $toleranceS;
    /** @var list<Key> */
    private readonly array $keys;

    /**
     * @param string|list<string>         $secrets    the endpoint's secret, or several while one replaces another; the
     *                                                first that fits wins
     * @param string|array<string, mixed> $dialect    the name of a built-in dialect, or the data of another one
     * @param int|null                    $toleranceS how many seconds the signed time may be off, either way; left out,
     *                                                as the dialect says
     *
     * @throws ConfigurationException without a usable secret, or for an unknown dialect
     */
    public function __construct(
        #[\SensitiveParameter] string|array $secrets,
        string|array $dialect = self::STANDARD,
        ?int $toleranceS = null,
    ) {
        $this->dialect = is_string($dialect) ? Dialect::builtin($dialect) : Dialect::fromData($dialect);
        $this->reader = new EventReader($this->dialect);
        $this->toleranceS = $this->tolerance($toleranceS);
        $secrets = array_values((array) $secrets);
        if ($secrets === [] || in_array('', $secrets, true)) {
            throw Keys::missing();
        }
        $this->keys = array_map(fn (string $secret): Key => Keys::verifying($this->dialect->secret, $secret), $secrets);
    }

    /**
     * The event of a genuine, recent request.
     *
     * @param string       $body    the raw bytes, exactly as they arrived: parsed and written again they are others
     * @param array<mixed> $headers names in any case to a value or a list of values, or a list of pairs
     * @param string|null  $url     the URL that the sender was given, for dialects that sign it
     * @param int|null     $nowMs   the clock in Unix milliseconds; left out, the system's
     *
     * @throws WebhookVerificationException for any other request
     */
    public function verify(
        string $body,
        array $headers,
        string $method = 'POST',
        ?string $url = null,
        ?int $nowMs = null,
    ): Event {
        return $this->verifyRequest(Request::of($body, $headers, $method, $url), $nowMs);
    }

    /**
     * The event of the request that this script is answering.
     *
     * @param string|null $url the URL that the sender was given, where a proxy hides it and the dialect signs it
     *
     * @throws WebhookVerificationException for a request that is not genuine, or not recent
     */
    public function verifyGlobals(?string $url = null): Event
    {
        $request = Request::fromGlobals();

        return $this->verifyRequest($url === null ? $request : $request->withUrl($url));
    }

    /**
     * As {@see verify}, but the body is not read: for receivers that store or forward it as it is.
     *
     * @throws WebhookVerificationException for a request that is not genuine, or not recent
     */
    public function verifySignature(Request $request, ?int $nowMs = null): Verified
    {
        $nowMs ??= (int) floor(microtime(true) * 1000);

        return Verifier::verify($this->dialect, $this->keys, $request, $nowMs, $this->toleranceS);
    }

    /**
     * The event of a request, or the answer to a challenge that it holds (see {@see Handshake}).
     *
     * @throws WebhookVerificationException for a request that is not genuine, or not recent
     */
    public function open(Request $request, ?int $nowMs = null): Event|Answer
    {
        [$verified, $payload] = $this->read($request, $nowMs);
        $answer = (new Handshake($this->dialect))->answerChallenge($payload, $this->keys[$verified->key]);

        return $answer ?? $this->reader->read($request, $payload, $verified);
    }

    private function verifyRequest(Request $request, ?int $nowMs = null): Event
    {
        [$verified, $payload] = $this->read($request, $nowMs);

        return $this->reader->read($request, $payload, $verified);
    }

    /** @return array{Verified, mixed} what the request says about itself, and its parsed body */
    private function read(Request $request, ?int $nowMs): array
    {
        // Vendors publish one answer for a request without signature or body; only a form may be empty.
        if ($request->body === '' && !$this->dialect->isForm) {
            throw new MalformedBody('it is empty', $this->dialect->answers->missing, $this->dialect->answers->text);
        }
        $verified = $this->verifySignature($request, $nowMs);

        return [$verified, $this->reader->parse($request->body)];
    }

    private function tolerance(?int $toleranceS): ?int
    {
        if ($toleranceS === null) {
            return $this->dialect->toleranceS;
        }
        if (!$this->dialect->signsTime()) {
            $name = $this->dialect->name;
            throw new ConfigurationException("the dialect `$name` signs no time: leave `toleranceS` out");
        }
        if ($toleranceS < 0) {
            throw new ConfigurationException("`toleranceS` is $toleranceS: give a number of seconds, 0 or more");
        }

        return $toleranceS;
    }
}
