// Generated from dialects/*.toml by cargo xtask generate.
export default [
  {
    "name": "standard",
    "title": "Standard Webhooks 1.0.0",
    "secret": {
      "chosen_by": "server",
      "key": "base64",
      "prefix": "whsec_",
      "key_bytes": [
        24,
        64
      ],
      "format": "base64",
      "bytes": 24
    },
    "header": [
      {
        "name": "webhook-id",
        "value": "event_id"
      },
      {
        "name": "webhook-timestamp",
        "value": "timestamp_s"
      }
    ],
    "signature": {
      "header": "webhook-signature",
      "grammar": "versions",
      "rotation": "all",
      "content": [
        "event_id",
        {
          "text": "."
        },
        "timestamp_s",
        {
          "text": "."
        },
        "body"
      ],
      "scheme": [
        {
          "version": "v1",
          "algorithm": "hmac-sha256",
          "output": "base64"
        },
        {
          "version": "v1a",
          "algorithm": "ed25519",
          "output": "base64",
          "private_prefix": "whsk_",
          "public_prefix": "whpk_"
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "type",
          "value": "event_type"
        },
        {
          "name": "timestamp",
          "value": "event_time_rfc3339_ms"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "tolerance_s": 300
    }
  },
  {
    "name": "inviolet",
    "title": "Inviolet",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "prefix": "whsec_",
      "format": "base64",
      "bytes": 24
    },
    "header": [
      {
        "name": "inviolet-event",
        "value": "event_type"
      },
      {
        "name": "inviolet-delivery-id",
        "value": "delivery_uuid"
      },
      {
        "name": "inviolet-timestamp",
        "value": "timestamp_ms"
      }
    ],
    "signature": {
      "header": "inviolet-signature",
      "grammar": "bare",
      "rotation": "one",
      "content": [
        "timestamp_ms",
        {
          "text": "."
        },
        "body"
      ],
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex",
          "prefix": "sha256="
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "event",
          "value": "event_type"
        },
        {
          "name": "organization_id",
          "value": "tenant"
        },
        {
          "name": "created_at",
          "value": "event_time_rfc3339"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "tolerance_s": 300,
      "answers": {
        "missing": 401,
        "invalid": 401
      }
    }
  },
  {
    "name": "deiterate",
    "title": "Deiterate",
    "secret": {
      "chosen_by": "customer",
      "key": "utf8",
      "prefix": "whsec_",
      "format": "base64",
      "bytes": 24
    },
    "signature": {
      "header": "X-Deiterate-Signature",
      "grammar": "bare",
      "rotation": "one",
      "content": "body",
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex"
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "id",
          "value": "event_id"
        },
        {
          "name": "type",
          "value": "event_type"
        },
        {
          "name": "createdAt",
          "value": "event_time_rfc3339_ms"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    }
  },
  {
    "name": "ventryx",
    "title": "Ventryx",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "prefix": "whsec_",
      "format": "base64",
      "bytes": 24
    },
    "header": [
      {
        "name": "Ventryx-Event",
        "value": "event_type"
      },
      {
        "name": "Ventryx-Delivery",
        "value": "delivery_id"
      }
    ],
    "signature": {
      "header": "Ventryx-Signature",
      "grammar": "bare",
      "rotation": "one",
      "content": "body",
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex",
          "prefix": "sha256="
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "id",
          "value": "event_id"
        },
        {
          "name": "type",
          "value": "event_type"
        },
        {
          "name": "created_at",
          "value": "event_time_rfc3339_ms"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "answers": {
        "missing": 401,
        "invalid": 401,
        "text": "Invalid signature"
      }
    }
  },
  {
    "name": "yativo",
    "title": "Yativo",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "prefix": "whsec_",
      "format": "base64",
      "bytes": 24
    },
    "signature": {
      "header": "X-Webhook-Signature",
      "grammar": "bare",
      "rotation": "one",
      "content": "body",
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex"
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "id",
          "value": "event_id"
        },
        {
          "name": "type",
          "value": "event_type"
        },
        {
          "name": "created_at",
          "value": "event_time_rfc3339_ms"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "answers": {
        "missing": 400,
        "invalid": 401
      }
    }
  },
  {
    "name": "grantiva",
    "title": "Grantiva",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "prefix": "whsec_",
      "format": "base64",
      "bytes": 24
    },
    "signature": {
      "header": "X-Grantiva-Signature",
      "grammar": "bare",
      "rotation": "one",
      "content": "body",
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex",
          "prefix": "sha256="
        }
      ]
    },
    "body": {
      "format": "ecmascript",
      "members": [
        {
          "name": "event",
          "value": "event_type"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "answers": {
        "missing": 401,
        "invalid": 401
      }
    }
  },
  {
    "name": "stripe",
    "title": "Stripe-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "prefix": "whsec_",
      "format": "hex",
      "bytes": 32
    },
    "signature": {
      "header": "Stripe-Signature",
      "grammar": "pairs",
      "timestamp_key": "t",
      "rotation": "all",
      "content": [
        "timestamp_s",
        {
          "text": "."
        },
        "body"
      ],
      "scheme": [
        {
          "version": "v1",
          "algorithm": "hmac-sha256",
          "output": "hex"
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "id",
          "value": "event_id"
        },
        {
          "name": "object",
          "value": {
            "text": "event"
          }
        },
        {
          "name": "created",
          "value": "event_time_s"
        },
        {
          "name": "data",
          "value": "data"
        },
        {
          "name": "type",
          "value": "event_type"
        }
      ]
    },
    "receiver": {
      "tolerance_s": 300,
      "answers": {
        "missing": 400,
        "invalid": 400
      }
    }
  },
  {
    "name": "github",
    "title": "GitHub-style",
    "secret": {
      "chosen_by": "customer",
      "key": "utf8",
      "format": "hex",
      "bytes": 32
    },
    "header": [
      {
        "name": "X-GitHub-Event",
        "value": "event_type"
      },
      {
        "name": "X-GitHub-Delivery",
        "value": "delivery_uuid"
      },
      {
        "name": "X-GitHub-Hook-ID",
        "value": "endpoint_id"
      }
    ],
    "signature": {
      "header": "X-Hub-Signature-256",
      "grammar": "bare",
      "rotation": "one",
      "content": "body",
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex",
          "prefix": "sha256="
        }
      ]
    },
    "body": {
      "format": "json"
    }
  },
  {
    "name": "shopify",
    "title": "Shopify-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "hex",
      "bytes": 32
    },
    "header": [
      {
        "name": "X-Shopify-Topic",
        "value": "event_type"
      },
      {
        "name": "X-Shopify-Webhook-Id",
        "value": "delivery_uuid"
      },
      {
        "name": "X-Shopify-Event-Id",
        "value": "event_id"
      },
      {
        "name": "X-Shopify-Triggered-At",
        "value": "event_time_rfc3339_ms"
      }
    ],
    "signature": {
      "header": "X-Shopify-Hmac-Sha256",
      "grammar": "bare",
      "rotation": "one",
      "content": "body",
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "base64"
        }
      ]
    },
    "body": {
      "format": "json"
    }
  },
  {
    "name": "slack",
    "title": "Slack-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "hex",
      "bytes": 16
    },
    "header": [
      {
        "name": "X-Slack-Request-Timestamp",
        "value": "timestamp_s"
      }
    ],
    "signature": {
      "header": "X-Slack-Signature",
      "grammar": "bare",
      "rotation": "one",
      "content": [
        {
          "text": "v0:"
        },
        "timestamp_s",
        {
          "text": ":"
        },
        "body"
      ],
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex",
          "prefix": "v0="
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "type",
          "json": "\"event_callback\""
        },
        {
          "name": "team_id",
          "value": "tenant"
        },
        {
          "name": "event_id",
          "value": "event_id"
        },
        {
          "name": "event_time",
          "value": "event_time_s"
        },
        {
          "name": "event_type",
          "value": "event_type"
        },
        {
          "name": "event",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "tolerance_s": 300
    },
    "handshake": {
      "request": "{\"type\":\"url_verification\",\"challenge\":\"\"}",
      "challenge": "/challenge",
      "answer": "/challenge"
    }
  },
  {
    "name": "square",
    "title": "Square-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "base64url",
      "bytes": 16
    },
    "signature": {
      "header": "x-square-hmacsha256-signature",
      "grammar": "bare",
      "rotation": "one",
      "content": [
        "url",
        "body"
      ],
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "base64"
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "merchant_id",
          "value": "tenant"
        },
        {
          "name": "type",
          "value": "event_type"
        },
        {
          "name": "event_id",
          "value": "event_id"
        },
        {
          "name": "created_at",
          "value": "event_time_rfc3339_ms"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    }
  },
  {
    "name": "twilio",
    "title": "Twilio-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "hex",
      "bytes": 16
    },
    "header": [
      {
        "name": "I-Twilio-Idempotency-Token",
        "value": "delivery_uuid"
      }
    ],
    "signature": {
      "header": "X-Twilio-Signature",
      "grammar": "bare",
      "rotation": "one",
      "content": [
        "url",
        "sorted_form"
      ],
      "scheme": [
        {
          "algorithm": "hmac-sha1",
          "output": "base64"
        }
      ]
    },
    "body": {
      "format": "form"
    }
  },
  {
    "name": "zoom",
    "title": "Zoom-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "base64url",
      "bytes": 16
    },
    "header": [
      {
        "name": "x-zm-request-timestamp",
        "value": "timestamp_s"
      }
    ],
    "signature": {
      "header": "x-zm-signature",
      "grammar": "bare",
      "rotation": "one",
      "content": [
        {
          "text": "v0:"
        },
        "timestamp_s",
        {
          "text": ":"
        },
        "body"
      ],
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex",
          "prefix": "v0="
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "event",
          "value": "event_type"
        },
        {
          "name": "event_ts",
          "value": "event_time_ms"
        },
        {
          "name": "payload",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "tolerance_s": 300
    },
    "handshake": {
      "request": "{\"event\":\"endpoint.url_validation\",\"payload\":{\"plainToken\":\"\"}}",
      "challenge": "/payload/plainToken",
      "answer": "/plainToken",
      "digest": "/encryptedToken"
    }
  },
  {
    "name": "pagerduty",
    "title": "PagerDuty-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "hex",
      "bytes": 32
    },
    "header": [
      {
        "name": "X-Webhook-Id",
        "value": "delivery_uuid"
      }
    ],
    "signature": {
      "header": "X-PagerDuty-Signature",
      "grammar": "pairs",
      "rotation": "all",
      "content": "body",
      "scheme": [
        {
          "version": "v1",
          "algorithm": "hmac-sha256",
          "output": "hex"
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "event",
          "members": [
            {
              "name": "id",
              "value": "event_id"
            },
            {
              "name": "event_type",
              "value": "event_type"
            },
            {
              "name": "occurred_at",
              "value": "event_time_rfc3339_ms"
            },
            {
              "name": "data",
              "value": "data"
            }
          ]
        }
      ]
    }
  },
  {
    "name": "cloudevents",
    "title": "CloudEvents 1.0, structured",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "base64url",
      "bytes": 32
    },
    "signature": {
      "header": "Authorization",
      "grammar": "bare",
      "rotation": "one",
      "scheme": [
        {
          "algorithm": "token",
          "prefix": "Bearer "
        }
      ]
    },
    "body": {
      "format": "json",
      "content_type": "application/cloudevents+json",
      "members": [
        {
          "name": "specversion",
          "json": "\"1.0\""
        },
        {
          "name": "id",
          "value": "event_id"
        },
        {
          "name": "source",
          "value": [
            {
              "text": "/tenants/"
            },
            "tenant"
          ]
        },
        {
          "name": "type",
          "value": "event_type"
        },
        {
          "name": "time",
          "value": "event_time_rfc3339_ms"
        },
        {
          "name": "datacontenttype",
          "json": "\"application/json\""
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    },
    "handshake": {
      "request_header": "WebHook-Request-Origin",
      "answer_header": "WebHook-Allowed-Origin"
    }
  },
  {
    "name": "cloudevents-binary",
    "title": "CloudEvents 1.0, binary",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "base64url",
      "bytes": 32
    },
    "header": [
      {
        "name": "ce-specversion",
        "value": {
          "text": "1.0"
        }
      },
      {
        "name": "ce-id",
        "value": "event_id"
      },
      {
        "name": "ce-source",
        "value": [
          {
            "text": "/tenants/"
          },
          "tenant"
        ]
      },
      {
        "name": "ce-type",
        "value": "event_type"
      },
      {
        "name": "ce-time",
        "value": "event_time_rfc3339_ms"
      }
    ],
    "signature": {
      "header": "Authorization",
      "grammar": "bare",
      "rotation": "one",
      "scheme": [
        {
          "algorithm": "token",
          "prefix": "Bearer "
        }
      ]
    },
    "body": {
      "format": "json"
    },
    "handshake": {
      "request_header": "WebHook-Request-Origin",
      "answer_header": "WebHook-Allowed-Origin"
    }
  }
];
