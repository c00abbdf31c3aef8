<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Tests;

/** PHP's built-in server on a port of its own, running `server.php`; stopped when the test ends. */
final class Server
{
    public readonly string $url;
    public readonly string $folder;
    /** @var resource */
    private $process;
    /** @var resource its log, kept open: it would end on writing to a closed one */
    private $log;

    /** @param string $publicUrl the URL that the receiver is told, if any */
    public function __construct(string $adapter, string $dialect, string $publicUrl = '')
    {
        $this->folder = sys_get_temp_dir() . '/nuncio-webhooks-' . bin2hex(random_bytes(8));
        mkdir($this->folder);
        // Deprecations are those of the installed frameworks; ours would fail the other tests.
        $command = [
            PHP_BINARY, '-d', 'display_errors=0', '-d', 'error_reporting=' . (E_ALL & ~E_DEPRECATED),
            '-S', '127.0.0.1:0', __DIR__ . '/server.php',
        ];
        $pipes = [];
        $environment = ['ADAPTER' => $adapter, 'DIALECT' => $dialect, 'URL' => $publicUrl, 'FOLDER' => $this->folder];
        $process = proc_open(
            $command,
            [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['pipe', 'w']],
            $pipes,
            null,
            $environment + getenv(),
        );
        if ($process === false) {
            throw new \RuntimeException('the built-in server does not start');
        }
        $this->process = $process;
        $this->log = $pipes[2];
        $this->url = self::urlOf($this->log) . '/hooks';
    }

    /**
     * One request on a connection of its own.
     *
     * @param array<string, string> $headers
     *
     * @return array{int, string, array<string, string>} status, text, and headers in lower case
     */
    public function send(string $body, array $headers, string $method = 'POST', string $query = ''): array
    {
        $lines = ['Content-Type: application/json'];
        foreach ($headers as $name => $value) {
            $lines[] = "$name: $value";
        }
        $curl = curl_init($this->url . $query);
        $found = [];
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_POSTFIELDS => $body,
            CURLOPT_HTTPHEADER => $lines,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 30,
            CURLOPT_PROXY => '',
            CURLOPT_HEADERFUNCTION => static function ($_, string $line) use (&$found): int {
                [$name, $value] = explode(':', $line, 2) + [1 => ''];
                $found[strtolower($name)] = trim($value);

                return strlen($line);
            },
        ]);
        $text = curl_exec($curl);
        if (!is_string($text)) {
            throw new \RuntimeException(curl_error($curl));
        }

        return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $text, $found];
    }

    /** @return list<array<string, mixed>> what its handler was given */
    public function events(): array
    {
        $lines = is_file("$this->folder/events") ? file("$this->folder/events") : [];

        return array_map(static fn (string $line): array => json_decode($line, true), $lines ?: []);
    }

    public function stop(): void
    {
        proc_terminate($this->process);
        fclose($this->log);
        proc_close($this->process);
        foreach (glob("$this->folder/{store/,store/.,}*", GLOB_BRACE) ?: [] as $file) {
            is_file($file) && unlink($file);
        }
        is_dir("$this->folder/store") && rmdir("$this->folder/store");
        rmdir($this->folder);
    }

    /** @param resource $log where the server says that it listens, and on which port */
    private static function urlOf($log): string
    {
        while (($line = fgets($log)) !== false) {
            if (preg_match('~http://127\.0\.0\.1:\d+~', $line, $match) === 1) {
                return $match[0];
            }
        }
        throw new \RuntimeException('the built-in server ended at once');
    }
}
