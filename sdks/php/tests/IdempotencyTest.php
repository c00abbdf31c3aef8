<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Tests;

use Nuncio\Webhooks\Event;
use Nuncio\Webhooks\Exception\ConfigurationException;
use Nuncio\Webhooks\Exception\WebhookVerificationException;
use Nuncio\Webhooks\Idempotency\Claim;
use Nuncio\Webhooks\Idempotency\Deduplicator;
use Nuncio\Webhooks\Idempotency\FileStore;
use Nuncio\Webhooks\Idempotency\MemoryStore;
use Nuncio\Webhooks\Idempotency\Store;
use Nuncio\Webhooks\Receiver;
use Nuncio\Webhooks\Request;
use Nuncio\Webhooks\Webhook;
use PHPUnit\Framework\TestCase;

/** Each delivery once, retries of failures again. */
final class IdempotencyTest extends TestCase
{
    private string $folder;
    private int $nowS = 1_000_000;

    protected function setUp(): void
    {
        $this->folder = sys_get_temp_dir() . '/nuncio-webhooks-' . bin2hex(random_bytes(8));
    }

    protected function tearDown(): void
    {
        if (is_dir($this->folder)) {
            array_map('unlink', glob("$this->folder/{,.}[!.]*", GLOB_BRACE) ?: []);
            rmdir($this->folder);
        }
    }

    /** @return array<string, array{class-string<Store>}> */
    public function stores(): array
    {
        return ['memory' => [MemoryStore::class], 'files' => [FileStore::class]];
    }

    /** @dataProvider stores */
    public function testADeliveryIsFirstOnce(string $class): void
    {
        $deduplicator = new Deduplicator($this->store($class));
        self::assertTrue($deduplicator->isFirstTime($this->event()));
        self::assertFalse($deduplicator->isFirstTime($this->event()));
        self::assertTrue($deduplicator->isFirstTime($this->event('evt_2')));
    }

    /** @dataProvider stores */
    public function testARunningDeliveryIsNeitherFirstNorDone(string $class): void
    {
        $deduplicator = new Deduplicator($this->store($class));
        self::assertSame(Claim::First, $deduplicator->claim($this->event()));
        self::assertSame(Claim::Running, $deduplicator->claim($this->event()));
        $deduplicator->complete($this->event());
        self::assertSame(Claim::Done, $deduplicator->claim($this->event()));
    }

    /** @dataProvider stores */
    public function testAReleasedDeliveryIsFirstAgain(string $class): void
    {
        $deduplicator = new Deduplicator($this->store($class));
        $deduplicator->claim($this->event());
        $deduplicator->release($this->event());
        self::assertSame(Claim::First, $deduplicator->claim($this->event()));
    }

    /** @dataProvider stores */
    public function testTheWindowEndsAndSoDoesALease(string $class): void
    {
        $deduplicator = new Deduplicator($this->store($class), 60, 5);
        $deduplicator->claim($this->event());
        $this->nowS += 5;
        self::assertSame(Claim::First, $deduplicator->claim($this->event()));
        $deduplicator->complete($this->event());
        $this->nowS += 59;
        self::assertSame(Claim::Done, $deduplicator->claim($this->event()));
        $this->nowS += 1;
        self::assertSame(Claim::First, $deduplicator->claim($this->event()));
    }

    public function testTheStoreInMemoryIsBoundedAndForgetsTheOldest(): void
    {
        $store = new MemoryStore(2);
        foreach (['a', 'b', 'c'] as $key) {
            self::assertSame(Claim::First, $store->claim($key, 60));
        }
        self::assertSame(Claim::Running, $store->claim('c', 60));
        self::assertSame(Claim::First, $store->claim('a', 60));
    }

    public function testTheFolderIsSweptOfWhatHasEndedAndOfWhatIsTooMuch(): void
    {
        $store = $this->store(FileStore::class, 2);
        foreach (['ends' => 60, 'a' => 9000, 'b' => 9001, 'c' => 9002] as $key => $windowS) {
            $store->claim((string) $key, 60);
            $store->complete((string) $key, $windowS);
        }
        self::assertCount(4, glob("$this->folder/*") ?: []);
        $this->nowS += 3600;
        self::assertSame(Claim::First, $store->claim('new', 60));
        self::assertCount(3, glob("$this->folder/*") ?: []);
        self::assertSame(Claim::First, $store->claim('a', 60));
        self::assertSame(Claim::Done, $store->claim('c', 60));
    }

    public function testOfManyProcessesOneIsFirst(): void
    {
        // Many keys, so that without the lock two processes meet on one of them.
        $script = 'require $argv[1]; $store = new Nuncio\Webhooks\Idempotency\FileStore($argv[2]); fgets(STDIN);'
            . 'for ($key = 0; $key < 300; $key++) { echo $store->claim("$key", 60) === '
            . 'Nuncio\Webhooks\Idempotency\Claim::First ? "1" : "0"; }';
        $command = [PHP_BINARY, '-r', $script, __DIR__ . '/../autoload.php', $this->folder];
        $started = [];
        for ($at = 0; $at < 4; $at++) {
            $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
            self::assertIsResource($process);
            $started[] = [$process, $pipes];
        }
        // A line on its input lets each of them go.
        foreach ($started as [, $pipes]) {
            fwrite($pipes[0], "\n");
        }
        $firsts = array_fill(0, 300, 0);
        foreach ($started as [$process, $pipes]) {
            foreach (str_split((string) stream_get_contents($pipes[1])) as $key => $isFirst) {
                $firsts[$key] += (int) $isFirst;
            }
            proc_close($process);
        }
        self::assertSame(array_fill(0, 300, 1), $firsts);
    }

    public function testAFolderThatCannotBeWrittenToIsRefused(): void
    {
        $this->expectException(ConfigurationException::class);
        new FileStore('/dev/null/store');
    }

    public function testDeliveriesAreToldApartByTheBestIdThereIs(): void
    {
        self::assertSame('standard:event:evt_1', Deduplicator::keyOf($this->event()));
        self::assertSame('d:delivery:del_1', Deduplicator::keyOf($this->bare('evt_1', 'del_1')));
        self::assertNull(Deduplicator::keyOf($this->bare(null, null)));
        self::assertSame(Claim::First, (new Deduplicator())->claim($this->bare(null, null)));
    }

    public function testAFailedHandlerLetsTheRetryThrough(): void
    {
        $receiver = new Receiver(new Webhook(Signed::SECRET), new Deduplicator());
        $handled = 0;
        try {
            $receiver->handle($this->request(), fn () => throw new \LogicException('the database is away'));
            self::fail('the exception was swallowed');
        } catch (\LogicException) {
        }
        $handler = function () use (&$handled): void {
            $handled++;
        };
        self::assertSame(204, $receiver->handle($this->request(), $handler)->status);
        self::assertSame(204, $receiver->handle($this->request(), $handler)->status);
        self::assertSame(1, $handled);
    }

    public function testAnAttemptDuringAnotherIsToldToComeAgain(): void
    {
        $receiver = new Receiver(new Webhook(Signed::SECRET), new Deduplicator());
        $answer = null;
        $receiver->handle($this->request(), function () use ($receiver, &$answer): void {
            $answer = $receiver->handle($this->request(), fn () => self::fail('it was handled twice'));
        });
        self::assertSame([503, '30'], [$answer?->status, $answer?->headers['Retry-After']]);
    }

    public function testRefusalsCanBeLogged(): void
    {
        $refused = [];
        $log = function (WebhookVerificationException $refusal) use (&$refused): void {
            $refused[] = $refusal->errorCode;
        };
        (new Receiver(new Webhook(Signed::SECRET), onRefusal: $log))->open(Request::of('{}', []));
        self::assertSame(['missing_header'], $refused);
    }

    private function store(string $class, int $capacity = 100): Store
    {
        return $class === FileStore::class
            ? new FileStore($this->folder, $capacity, fn (): int => $this->nowS)
            : new MemoryStore($capacity, fn (): float => (float) $this->nowS);
    }

    private function request(): Request
    {
        return Request::of(Signed::BODY, Signed::standard(Signed::BODY, Signed::nowMs()));
    }

    private function event(string $id = 'evt_1'): Event
    {
        $headers = Signed::standard(id: $id);

        return (new Webhook(Signed::SECRET))->verify(Signed::BODY, $headers, nowMs: Signed::NOW_MS);
    }

    private function bare(?string $id, ?string $deliveryId): Event
    {
        return new Event($id, null, null, null, null, $deliveryId, null, 0, null, null, 'd');
    }
}
