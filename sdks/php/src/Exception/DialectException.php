<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Exception;

/** An unknown dialect, or data that is none. */
final class DialectException extends ConfigurationException
{
}
