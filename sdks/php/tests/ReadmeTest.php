<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Tests;

use Nuncio\Webhooks\Idempotency\Store;
use Nuncio\Webhooks\Webhook;
use PHPUnit\Framework\TestCase;

/** The README's samples are PHP, name classes that exist, and do what it says. */
final class ReadmeTest extends TestCase
{
    /** @dataProvider samples */
    public function testASampleNamesWhatExists(string $sample): void
    {
        self::assertNotEmpty(\PhpToken::tokenize("<?php\n$sample", TOKEN_PARSE));
        preg_match_all('/^use (Nuncio\\\\[\\w\\\\]+);$/m', $sample, $used);
        foreach ($used[1] as $name) {
            $file = __DIR__ . '/../src/' . strtr(substr($name, strlen('Nuncio\\Webhooks\\')), '\\', '/') . '.php';
            self::assertFileExists($file);
        }
    }

    /** @return list<array{string}> */
    public function samples(): array
    {
        preg_match_all('/```php\n(.*?)```/s', (string) file_get_contents(__DIR__ . '/../README.md'), $found);

        return array_map(static fn (string $sample): array => [$sample], $found[1]);
    }

    public function testTheStoreForRedisIsAStore(): void
    {
        eval($this->sample('class RedisStore'));
        self::assertTrue(is_subclass_of('RedisStore', Store::class));
    }

    public function testVerifyingWithTheLibraryAndByHandAgree(): void
    {
        eval($this->sample('function isGenuine'));
        foreach ([[Signed::SECRET, true], [Signed::OLD_SECRET, false]] as [$secret, $expected]) {
            $headers = Signed::standard(Signed::BODY, Signed::nowMs(), secret: $secret);
            self::assertSame($expected, \isGenuine(Signed::SECRET, Signed::BODY, $headers));
            if ($expected) {
                self::assertSame('evt_1', (new Webhook(Signed::SECRET))->verify(Signed::BODY, $headers)->id);
            }
        }
    }

    private function sample(string $part): string
    {
        foreach ($this->samples() as [$sample]) {
            if (str_contains($sample, $part)) {
                return $sample;
            }
        }
        self::fail("the README has no sample with `$part`");
    }
}
