# frozen_string_literal: true

# Verifies webhook requests and hands each event on once. How a sender's requests look is data, a dialect; the library
# depends on Ruby's standard library alone.
module Nuncio
  module Webhooks
  end
end

require_relative "webhooks/version"
require_relative "webhooks/errors"
require_relative "webhooks/encoding"
require_relative "webhooks/form"
require_relative "webhooks/times"
require_relative "webhooks/ed25519"
require_relative "webhooks/signature"
require_relative "webhooks/secret_rules"
require_relative "webhooks/dialect"
require_relative "webhooks/request"
require_relative "webhooks/verification"
require_relative "webhooks/event"
require_relative "webhooks/answer"
require_relative "webhooks/handshake"
require_relative "webhooks/webhook"
require_relative "webhooks/deduplicator"
require_relative "webhooks/receiver"
require_relative "webhooks/rack"
