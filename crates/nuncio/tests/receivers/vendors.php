<?php
// The receivers that five vendors publish, coded by hand in PHP over the raw body.
//
// usage: php vendors.php CERT KEY CONTROL
//
// Serves HTTPS on a free port of 127.0.0.1, prints `ready PORT`, then one JSON line for each request. CONTROL is a
// JSON file that is read anew for every request: {"secrets": {PATH: SECRET}, "now_ms": null or the time to believe
// in}. A path is the vendor's name. Ends when its standard input does, so that it never outlives the test.
declare(strict_types=1);

[, $certFile, $keyFile, $controlFile] = $argv;

const WINDOW_MS = 5 * 60 * 1000;
// One connection is served at a time: one that falls silent must not hold up the others for long.
const SILENCE_S = 10;

final class Refusal extends Exception
{
}

function hmac_hex(string $secret, string $content): string
{
    return hash_hmac('sha256', $content, $secret);
}

function require_same(string $expected, string $given): void
{
    if (!hash_equals($expected, $given)) {
        throw new Refusal('Invalid signature', 401);
    }
}

function inviolet(array $headers, string $body, string $secret, int $nowMs): void
{
    $timestamp = $headers['inviolet-timestamp'] ?? '';
    if (!ctype_digit($timestamp) || abs($nowMs - (int) $timestamp) > WINDOW_MS) {
        throw new Refusal('Timestamp outside the window', 401);
    }
    $expected = 'sha256=' . hmac_hex($secret, $timestamp . '.' . $body);
    require_same($expected, $headers['inviolet-signature'] ?? '');
}

function deiterate(array $headers, string $body, string $secret): void
{
    require_same(hmac_hex($secret, $body), $headers['x-deiterate-signature'] ?? '');
}

function ventryx(array $headers, string $body, string $secret): void
{
    require_same('sha256=' . hmac_hex($secret, $body), $headers['ventryx-signature'] ?? '');
}

function yativo(array $headers, string $body, string $secret): void
{
    $signature = $headers['x-webhook-signature'] ?? '';
    if ($signature === '' || $body === '') {
        throw new Refusal('Missing signature or body', 400);
    }
    require_same(hmac_hex($secret, $body), $signature);
}

function grantiva(array $headers, string $body, string $secret): void
{
    require_same('sha256=' . hmac_hex($secret, $body), $headers['x-grantiva-signature'] ?? '');
}

const VENDORS = ['inviolet', 'deiterate', 'ventryx', 'yativo', 'grantiva'];

/** @return array{int, string} status code and message */
function judge(string $controlFile, string $path, array $headers, string $body): array
{
    $control = json_decode(file_get_contents($controlFile), true, 512, JSON_THROW_ON_ERROR);
    $vendor = explode('/', $path)[1];
    $secret = $control['secrets'][$path] ?? null;
    if (!in_array($vendor, VENDORS, true) || $secret === null) {
        return [404, "no receiver at $path"];
    }
    $nowMs = $control['now_ms'] ?? (int) (microtime(true) * 1000);
    try {
        $vendor($headers, $body, $secret, $nowMs);
        return [200, 'ok'];
    } catch (Refusal $refusal) {
        return [$refusal->getCode(), $refusal->getMessage()];
    }
}

/** @return array{string, array<string, string>, string}|null path, headers in lower case, body */
function read_request($connection): ?array
{
    $requestLine = fgets($connection);
    if ($requestLine === false) {
        return null;
    }
    $headers = [];
    while (($line = fgets($connection)) !== false && ($line = rtrim($line, "\r\n")) !== '') {
        [$name, $value] = explode(':', $line, 2);
        $headers[strtolower($name)] = trim($value);
    }
    $body = '';
    $length = (int) ($headers['content-length'] ?? '0');
    while (strlen($body) < $length) {
        $chunk = fread($connection, $length - strlen($body));
        if ($chunk === false || $chunk === '') {
            return null;
        }
        $body .= $chunk;
    }
    return [explode(' ', $requestLine)[1], $headers, $body];
}

function serve($connection, string $controlFile): void
{
    stream_set_timeout($connection, SILENCE_S);
    $request = read_request($connection);
    if ($request === null) {
        return;
    }
    [$path, $headers, $body] = $request;
    [$status, $message] = judge($controlFile, $path, $headers, $body);
    $line = [
        'path' => $path,
        'status' => $status,
        'message' => $message,
        'headers' => $headers,
        'body' => base64_encode($body),
    ];
    fwrite(STDOUT, json_encode($line, JSON_THROW_ON_ERROR) . "\n");
    $length = strlen($message);
    fwrite($connection, "HTTP/1.1 $status Answer\r\nContent-Type: text/plain\r\n"
        . "Content-Length: $length\r\nConnection: close\r\n\r\n$message");
}

$context = stream_context_create(['ssl' => ['local_cert' => $certFile, 'local_pk' => $keyFile]]);
$server = stream_socket_server('tls://127.0.0.1:0', $errorNumber, $error, context: $context)
    ?: exit("cannot listen: $error\n");
$address = stream_socket_get_name($server, false);
fwrite(STDOUT, 'ready ' . substr(strrchr($address, ':'), 1) . "\n");
while (true) {
    $readable = [$server, STDIN];
    $none = null;
    stream_select($readable, $none, $none, null);
    if (in_array(STDIN, $readable, true) && fgets(STDIN) === false) {
        exit(0);
    }
    if (in_array($server, $readable, true)) {
        $connection = @stream_socket_accept($server, SILENCE_S);
        if ($connection !== false) {
            serve($connection, $controlFile);
            fclose($connection);
        }
    }
}
