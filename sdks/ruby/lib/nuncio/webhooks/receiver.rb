# frozen_string_literal: true

module Nuncio
  module Webhooks
    # What an endpoint answers, whatever server carries it: it answers handshakes, refuses what is not genuine as the dialect
    # publishes it, and hands each delivery on once.
    class Receiver
      # When to try again while another attempt is still being handled.
      RETRY_AFTER_S = "30"

      # The endpoint's public URL, where a proxy hides it and the dialect signs it.
      attr_reader :url

      # +deduplicator+:: recognises retries of what was handled; left out, every request is handled
      # +allowed_origins+:: who may send, for dialects that ask with +OPTIONS+; left out, anyone
      # +logger+:: is told (+warn+) why a request was refused
      def initialize(webhook, deduplicator: nil, url: nil, allowed_origins: nil, logger: nil)
        @webhook = webhook
        @deduplicator = deduplicator
        @url = url
        @allowed_origins = allowed_origins
        @logger = logger
      end

      # Yields the event if it is to be handled, and gives the Answer. What the block raises releases the delivery and goes on
      # to the caller, whose framework answers 500, so that the sender tries again.
      def handle(request)
        opened = open(request)
        return opened if opened.is_a?(Answer)

        succeeded = false
        begin
          yield opened
          succeeded = true
        ensure
          settle(opened, succeeded)
        end
        Answer.received
      end

      # For other ways of handling: the event, which must be followed by #settle, or the Answer to give instead.
      def open(request)
        options = Handshake.answer_options(@webhook.dialect, request, @allowed_origins)
        return options if options
        return Answer.text(405, "Method not allowed", "allow" => "POST") unless request.http_method == "POST"
        return Answer.text(413, "The body is too large") if request.body.bytesize > Request::BODY_BYTES_MAX

        opened = @webhook.open(request)
        opened.is_a?(Answer) ? opened : claim(opened)
      rescue VerificationError => error
        @logger&.warn("webhook request refused: #{error.message} (#{error.code})")
        Answer.text(error.status, error.text)
      end

      # How the handling of an event from #open has ended.
      def settle(event, succeeded)
        return unless @deduplicator

        succeeded ? @deduplicator.complete(event) : @deduplicator.release(event)
      end

      private

      def claim(event)
        case @deduplicator ? @deduplicator.claim(event) : :first
        when :first then event
        when :done then Answer.received
        else Answer.text(503, "Still being handled", "retry-after" => RETRY_AFTER_S)
        end
      end
    end
  end
end
