<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Exception;

/** A secret that cannot be used. The message never holds the secret. */
final class SecretException extends ConfigurationException
{
}
