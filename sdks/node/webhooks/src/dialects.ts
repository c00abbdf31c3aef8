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
      [
        "webhook-id",
        "event_id"
      ],
      [
        "webhook-timestamp",
        "timestamp_s"
      ]
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
        [
          "type",
          "event_type"
        ],
        [
          "timestamp",
          "event_time_rfc3339_ms"
        ],
        [
          "data",
          "data"
        ]
      ]
    },
    "receiver": {
      "tolerance_s": 300
    }
  },
  {
    "name": "inviolet",
    "header": [
      [
        "inviolet-event",
        "event_type"
      ],
      [
        "inviolet-delivery-id",
        "delivery_uuid"
      ],
      [
        "inviolet-timestamp",
        "timestamp_ms"
      ]
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
        [
          "event",
          "event_type"
        ],
        [
          "organization_id",
          "tenant"
        ],
        [
          "created_at",
          "event_time_rfc3339"
        ],
        [
          "data",
          "data"
        ]
      ]
    },
    "receiver": {
      "tolerance_s": 300,
      "answers": {}
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
        [
          "id",
          "event_id"
        ],
        [
          "type",
          "event_type"
        ],
        [
          "createdAt",
          "event_time_rfc3339_ms"
        ],
        [
          "data",
          "data"
        ]
      ]
    }
  },
  {
    "name": "ventryx",
    "header": [
      [
        "Ventryx-Event",
        "event_type"
      ],
      [
        "Ventryx-Delivery",
        "delivery_id"
      ]
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
        [
          "id",
          "event_id"
        ],
        [
          "type",
          "event_type"
        ],
        [
          "created_at",
          "event_time_rfc3339_ms"
        ],
        [
          "data",
          "data"
        ]
      ]
    },
    "receiver": {
      "answers": {}
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
        [
          "id",
          "event_id"
        ],
        [
          "type",
          "event_type"
        ],
        [
          "created_at",
          "event_time_rfc3339_ms"
        ],
        [
          "data",
          "data"
        ]
      ]
    },
    "receiver": {
      "answers": {
        "missing": 400
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
        [
          "event",
          "event_type"
        ],
        [
          "data",
          "data"
        ]
      ]
    },
    "receiver": {
      "answers": {}
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
      [
        "svix-id",
        "message_id"
      ],
      [
        "svix-timestamp",
        "timestamp_s"
      ]
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
      [
        "webhook-id",
        "message_id"
      ],
      [
        "webhook-timestamp",
        "timestamp_s"
      ]
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
        [
          "id",
          "event_id"
        ],
        [
          "created",
          "event_time_s"
        ],
        [
          "data",
          "data"
        ],
        [
          "type",
          "event_type"
        ]
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
      [
        "X-GitHub-Event",
        "event_type"
      ],
      [
        "X-GitHub-Delivery",
        "delivery_uuid"
      ]
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
      [
        "X-Shopify-Topic",
        "event_type"
      ],
      [
        "X-Shopify-Shop-Domain",
        {
          "metadata": "shop_domain",
          "default": "tenant"
        }
      ],
      [
        "X-Shopify-Webhook-Id",
        "delivery_uuid"
      ],
      [
        "X-Shopify-Event-Id",
        "event_id"
      ],
      [
        "X-Shopify-Triggered-At",
        "event_time_rfc3339_ms"
      ]
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
      [
        "X-Slack-Request-Timestamp",
        "timestamp_s"
      ]
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
        [
          "team_id",
          "tenant"
        ],
        [
          "event_id",
          "event_id"
        ],
        [
          "event_time",
          "event_time_s"
        ],
        [
          "event_type",
          "event_type"
        ],
        [
          "event",
          "data"
        ]
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
        [
          "merchant_id",
          {
            "metadata": "merchant_id",
            "default": "tenant"
          }
        ],
        [
          "type",
          "event_type"
        ],
        [
          "event_id",
          "event_id"
        ],
        [
          "created_at",
          "event_time_rfc3339_ms"
        ],
        [
          "data",
          "data"
        ]
      ]
    }
  },
  {
    "name": "twilio",
    "header": [
      [
        "I-Twilio-Idempotency-Token",
        "delivery_uuid"
      ]
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
      [
        "x-zm-request-timestamp",
        "timestamp_s"
      ]
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
        [
          "event",
          "event_type"
        ],
        [
          "event_ts",
          "event_time_ms"
        ],
        [
          "payload",
          "data"
        ]
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
      [
        "X-Webhook-Id",
        "delivery_uuid"
      ]
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
            [
              "id",
              "event_id"
            ],
            [
              "event_type",
              "event_type"
            ],
            [
              "occurred_at",
              "event_time_rfc3339_ms"
            ],
            [
              "data",
              "data"
            ]
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
        [
          "id",
          "event_id"
        ],
        [
          "source",
          {
            "metadata": "source",
            "uri": "reference",
            "default": [
              {
                "text": "/tenants/"
              },
              {
                "field": "tenant",
                "uri": "segment"
              }
            ]
          }
        ],
        [
          "type",
          "event_type"
        ],
        [
          "time",
          "event_time_rfc3339_ms"
        ],
        [
          "data",
          "data"
        ]
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
      [
        "ce-id",
        "event_id"
      ],
      [
        "ce-source",
        {
          "metadata": "source",
          "uri": "reference",
          "default": [
            {
              "text": "/tenants/"
            },
            {
              "field": "tenant",
              "uri": "segment"
            }
          ]
        }
      ],
      [
        "ce-type",
        "event_type"
      ],
      [
        "ce-time",
        "event_time_rfc3339_ms"
      ]
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
