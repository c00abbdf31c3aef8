// Generated from dialects/*.toml by cargo xtask generate.
export default [
  {
    "name": "standard",
    "secret": {
      "key": "base64",
      "prefix": "whsec_",
      "key_bytes": [
        24,
        64
      ],
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
      "content": [
        "timestamp_ms",
        {
          "text": "."
        },
        "body"
      ],
      "scheme": [
        {
          "prefix": "sha256="
        }
      ]
    },
    "body": {
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
    "signature": {
      "header": "X-Deiterate-Signature",
      "content": "body",
      "scheme": [
        {}
      ]
    },
    "body": {
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
      "content": "body",
      "scheme": [
        {
          "prefix": "sha256="
        }
      ]
    },
    "body": {
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
    "signature": {
      "header": "X-Webhook-Signature",
      "content": "body",
      "scheme": [
        {}
      ]
    },
    "body": {
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
    "signature": {
      "header": "X-Grantiva-Signature",
      "content": "body",
      "scheme": [
        {
          "prefix": "sha256="
        }
      ]
    },
    "body": {
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
    "name": "svix",
    "secret": {
      "key": "base64",
      "prefix": "whsec_",
      "key_bytes": [
        24,
        75
      ],
      "bytes": 24
    },
    "header": [
      {
        "name": "svix-id",
        "value": "message_id"
      },
      {
        "name": "svix-timestamp",
        "value": "timestamp_s"
      }
    ],
    "signature": {
      "header": "svix-signature",
      "grammar": "versions",
      "content": [
        "message_id",
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
    "body": {},
    "receiver": {
      "tolerance_s": 300
    }
  },
  {
    "name": "svix-whitelabel",
    "secret": {
      "key": "base64",
      "prefix": "whsec_",
      "key_bytes": [
        24,
        75
      ],
      "bytes": 24
    },
    "header": [
      {
        "name": "webhook-id",
        "value": "message_id"
      },
      {
        "name": "webhook-timestamp",
        "value": "timestamp_s"
      }
    ],
    "signature": {
      "header": "webhook-signature",
      "grammar": "versions",
      "content": [
        "message_id",
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
    "body": {},
    "receiver": {
      "tolerance_s": 300
    }
  },
  {
    "name": "stripe",
    "signature": {
      "header": "Stripe-Signature",
      "grammar": "pairs",
      "timestamp_key": "t",
      "content": [
        "timestamp_s",
        {
          "text": "."
        },
        "body"
      ],
      "scheme": [
        {
          "version": "v1"
        }
      ]
    },
    "body": {
      "members": [
        {
          "name": "id",
          "value": "event_id"
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
    "header": [
      {
        "name": "X-GitHub-Event",
        "value": "event_type"
      },
      {
        "name": "X-GitHub-Delivery",
        "value": "delivery_uuid"
      }
    ],
    "signature": {
      "header": "X-Hub-Signature-256",
      "content": "body",
      "scheme": [
        {
          "prefix": "sha256="
        }
      ]
    },
    "body": {}
  },
  {
    "name": "shopify",
    "header": [
      {
        "name": "X-Shopify-Topic",
        "value": "event_type"
      },
      {
        "name": "X-Shopify-Shop-Domain",
        "value": {
          "metadata": "shop_domain",
          "default": "tenant"
        }
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
      "content": "body",
      "scheme": [
        {
          "output": "base64"
        }
      ]
    },
    "body": {}
  },
  {
    "name": "slack",
    "header": [
      {
        "name": "X-Slack-Request-Timestamp",
        "value": "timestamp_s"
      }
    ],
    "signature": {
      "header": "X-Slack-Signature",
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
          "prefix": "v0="
        }
      ]
    },
    "body": {
      "members": [
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
    "header": [],
    "signature": {
      "header": "x-square-hmacsha256-signature",
      "content": [
        "url",
        "body"
      ],
      "scheme": [
        {
          "output": "base64"
        }
      ]
    },
    "body": {
      "members": [
        {
          "name": "merchant_id",
          "value": {
            "metadata": "merchant_id",
            "default": "tenant"
          }
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
    "header": [
      {
        "name": "I-Twilio-Idempotency-Token",
        "value": "delivery_uuid"
      }
    ],
    "signature": {
      "header": "X-Twilio-Signature",
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
    "header": [
      {
        "name": "x-zm-request-timestamp",
        "value": "timestamp_s"
      }
    ],
    "signature": {
      "header": "x-zm-signature",
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
          "prefix": "v0="
        }
      ]
    },
    "body": {
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
    "header": [
      {
        "name": "X-Webhook-Id",
        "value": "delivery_uuid"
      }
    ],
    "signature": {
      "header": "X-PagerDuty-Signature",
      "grammar": "pairs",
      "content": "body",
      "scheme": [
        {
          "version": "v1"
        }
      ]
    },
    "body": {
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
    "signature": {
      "header": "Authorization",
      "scheme": [
        {
          "algorithm": "token",
          "prefix": "Bearer "
        }
      ]
    },
    "body": {
      "members": [
        {
          "name": "id",
          "value": "event_id"
        },
        {
          "name": "source",
          "value": {
            "metadata": "source",
            "default": [
              {
                "text": "/tenants/"
              },
              "tenant"
            ]
          }
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
          "name": "data",
          "value": "data"
        }
      ]
    },
    "handshake": {
      "request_header": "WebHook-Request-Origin",
      "answer_header": "WebHook-Allowed-Origin",
      "rate_request_header": "WebHook-Request-Rate",
      "rate_answer_header": "WebHook-Allowed-Rate"
    }
  },
  {
    "name": "cloudevents-binary",
    "request": {
      "values": "cloudevents"
    },
    "header": [
      {
        "name": "ce-id",
        "value": "event_id"
      },
      {
        "name": "ce-source",
        "value": {
          "metadata": "source",
          "default": [
            {
              "text": "/tenants/"
            },
            "tenant"
          ]
        }
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
      "scheme": [
        {
          "algorithm": "token",
          "prefix": "Bearer "
        }
      ]
    },
    "body": {},
    "handshake": {
      "request_header": "WebHook-Request-Origin",
      "answer_header": "WebHook-Allowed-Origin",
      "rate_request_header": "WebHook-Request-Rate",
      "rate_answer_header": "WebHook-Allowed-Rate"
    }
  }
];
