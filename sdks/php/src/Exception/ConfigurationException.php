<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Exception;

/** The receiver cannot work as it was set up; the message says what to change. */
class ConfigurationException extends \InvalidArgumentException
{
}
