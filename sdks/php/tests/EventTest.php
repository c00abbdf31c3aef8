<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Tests;

use Nuncio\Webhooks\Dialect\Dialect;
use Nuncio\Webhooks\Event;
use Nuncio\Webhooks\EventReader;
use Nuncio\Webhooks\Exception\MalformedBody;
use Nuncio\Webhooks\Request;
use Nuncio\Webhooks\Verification\Time;
use Nuncio\Webhooks\Verified;
use Nuncio\Webhooks\Webhook;
use PHPUnit\Framework\TestCase;

/** Where each dialect puts an event's fields. */
final class EventTest extends TestCase
{
    /**
     * @dataProvider rendered
     *
     * @param array<string, mixed> $vector
     */
    public function testTheEnvelopeGivesBackWhatWasPublished(string $name, array $vector): void
    {
        $dialect = Dialect::builtin($name);
        $reader = new EventReader($dialect);
        $payload = $reader->parse($vector['body']);
        $event = $reader->read(new Request($vector['body'], []), $payload, new Verified(0, null, null));
        $published = $vector['event'];
        if (!$dialect->isForm) {
            // Equal, not the same: the ecmascript form turns 1.0 into 1 and orders integer-like names.
            self::assertEquals(json_decode($published['data'], true, 512, JSON_BIGINT_AS_STRING), $event->data);
        }
        $carried = [];
        foreach ($dialect->members as $member) {
            foreach ($member->value as $piece) {
                array_push($carried, $piece->text, ...array_column($piece->default, 'text'));
            }
        }
        self::assertSame(in_array('event_id', $carried, true) ? $published['id'] : null, $event->id);
        self::assertSame(in_array('event_type', $carried, true) ? $published['type'] : null, $event->type);
        self::assertSame(in_array('tenant', $carried, true) ? $published['tenant'] : null, $event->tenant);
        $time = current(preg_grep('/^event_time/', $carried) ?: [null]);
        $stepMs = str_ends_with((string) $time, '_ms') ? 1 : 1000;
        $occurredMs = intdiv($published['time_ms'], $stepMs) * $stepMs;
        self::assertEquals($time === null ? null : Time::toDateTime($occurredMs), $event->time);
    }

    /** @return array<mixed> */
    public function rendered(): array
    {
        // A tenant's metadata takes the place of fields that this looks for.
        return array_filter(
            Signed::vectors('render'),
            static fn (array $vector): bool => isset($vector[1]['body']) && !isset($vector[1]['event']['metadata']),
        );
    }

    public function testStandardHasItsIdInAHeader(): void
    {
        $event = $this->received('standard', Signed::BODY, Signed::standard());
        self::assertSame(['evt_1', 'risk.created', null], [$event->id, $event->type, $event->deliveryId]);
        self::assertSame(['id' => 'risk_1'], $event->data);
        self::assertSame(json_decode(Signed::BODY, true), $event->payload);
        self::assertSame('2026-04-26T12:34:56.123Z', $event->time?->format('Y-m-d\TH:i:s.vp'));
        self::assertSame('2026-04-26T12:34:56.000Z', $event->timestamp?->format('Y-m-d\TH:i:s.vp'));
        self::assertSame([0, 'v1', null, 'standard'], [$event->key, $event->version, $event->tenant, $event->dialect]);
    }

    public function testADeliveryIdComesFromItsHeader(): void
    {
        $body = '{"id":"evt_1","type":"a.b","created_at":"2026-04-03T09:15:00.000Z","data":{}}';
        $headers = ['Ventryx-Signature' => $this->hexadecimal($body), 'Ventryx-Delivery' => 'del_1'];
        $event = $this->received('ventryx', $body, $headers);
        self::assertSame(['evt_1', 'del_1', null], [$event->id, $event->deliveryId, $event->timestamp]);
    }

    public function testABodyThatIsTheDataHasTheRestInHeaders(): void
    {
        $body = '[1.50,null,12345678901234567890]';
        $headers = ['X-Hub-Signature-256' => $this->hexadecimal($body), 'x-github-event' => ['push']];
        $event = $this->received('github', $body, $headers + ['X-GitHub-Delivery' => '9d1c']);
        self::assertSame(['push', '9d1c', null], [$event->type, $event->deliveryId, $event->id]);
        self::assertSame([1.5, null, '12345678901234567890'], $event->data);
    }

    public function testCloudeventsInBinaryModeNamesTheTenantInItsSource(): void
    {
        $event = $this->received('cloudevents-binary', '{"a":1}', [
            'Authorization' => 'Bearer ' . Signed::SECRET,
            'ce-id' => 'evt_1',
            'ce-type' => 'a.b',
            'ce-source' => '/tenants/org_1',
            'ce-time' => '2026-04-26T12:34:56.123Z',
        ]);
        self::assertSame(['evt_1', 'a.b', 'org_1'], [$event->id, $event->type, $event->tenant]);
        self::assertSame(['a' => 1], $event->data);
        self::assertEquals(Time::toDateTime(Signed::NOW_MS), $event->time);
    }

    public function testAFormIsAFlatMap(): void
    {
        $reader = new EventReader(Dialect::builtin('twilio'));
        self::assertSame(['To' => 'last', 'From' => 'é'], $reader->parse('To=%2B1+80&From=%C3%A9&To=last'));
        $this->expectException(MalformedBody::class);
        $reader->parse('a=%ff');
    }

    /** @dataProvider malformed */
    public function testAGenuineBodyOfAnotherFormIsMalformed(string $body): void
    {
        try {
            $this->received('standard', $body, Signed::standard($body));
            self::fail('it was accepted');
        } catch (MalformedBody $refused) {
            self::assertSame(
                ['malformed_body', 400, 'Invalid body'],
                [$refused->errorCode, $refused->status, $refused->text],
            );
        }
    }

    /** @return list<array{string}> */
    public function malformed(): array
    {
        return [
            ['{'], ["\xff\xfe"], ['{"a":NaN}'], [str_repeat('[', 1000) . str_repeat(']', 1000)], ['[]'],
            ['"text"'], ['{"type":1}'], ['{"timestamp":"soon"}'], ['{"timestamp":{}}'], ['{"timestamp":"2026-02-30T00:00:00Z"}'],
        ];
    }

    public function testARequestWithoutABodyIsAnsweredAsOneWithoutASignature(): void
    {
        foreach (['yativo' => 400, 'ventryx' => 401] as $dialect => $status) {
            try {
                $this->received($dialect, '', []);
                self::fail('it was accepted');
            } catch (MalformedBody $refused) {
                self::assertSame([$status, 'Invalid signature'], [$refused->status, $refused->text]);
            }
        }
    }

    public function testACustomDialectIsData(): void
    {
        $value = [['text' => 'event:'], 'event_id', ['text' => '/'], 'tenant'];
        $dialect = [
            'name' => 'acme',
            'secret' => ['chosen_by' => 'server', 'key' => 'utf8', 'format' => 'hex', 'bytes' => 32],
            'header' => [['name' => 'Acme-Id', 'value' => $value]],
            'signature' => [
                'header' => 'Acme-Signature',
                'grammar' => 'bare',
                'rotation' => 'one',
                'content' => ['body'],
                'scheme' => [['algorithm' => 'hmac-sha256', 'output' => 'hex', 'prefix' => 'sha256=']],
            ],
            'body' => [
                'format' => 'json',
                'members' => [['name' => 'payload', 'members' => [['name' => 'd', 'value' => 'data']]]],
            ],
        ];
        $body = '{"payload":{"d":7}}';
        $headers = [['ACME-ID', 'event:e_1/org'], ['acme-signature', $this->hexadecimal($body)]];
        $event = (new Webhook(Signed::SECRET, $dialect))->verify($body, $headers);
        self::assertSame(['e_1', 'org', 7, 'acme'], [$event->id, $event->tenant, $event->data, $event->dialect]);
    }

    /** @param array<mixed> $headers */
    private function received(string $dialect, string $body, array $headers): Event
    {
        return (new Webhook(Signed::SECRET, $dialect))->verify($body, $headers, nowMs: Signed::NOW_MS);
    }

    private function hexadecimal(string $body): string
    {
        return 'sha256=' . hash_hmac('sha256', $body, Signed::SECRET);
    }
}
