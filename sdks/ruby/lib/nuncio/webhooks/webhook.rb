# frozen_string_literal: true

module Nuncio
  module Webhooks
    # Verifies the requests of one endpoint. Safe to share between threads.
    class Webhook
      attr_reader :dialect, :tolerance_s

      # +secrets+:: the endpoint's secret, or several while one replaces another; the first that fits wins
      # +dialect+:: the name of a built-in dialect, or the data of another one as a hash
      # +tolerance_s+:: how many seconds the signed time may be off, either way; left out, as the dialect says
      #
      # Raises ConfigurationError without a usable secret, or for an unknown dialect.
      def initialize(secrets, dialect: "standard", tolerance_s: nil)
        @dialect = dialect.is_a?(Hash) ? Dialect.new(dialect) : Dialect.builtin(dialect)
        @tolerance_s = check_tolerance(tolerance_s)
        given = Array(secrets)
        if given.empty? || given.any? { |secret| secret.nil? || secret.empty? }
          raise SecretRules.missing
        end
        @keys = given.map { |secret| @dialect.secret.verifying_key(secret) }.freeze
      end

      # The event of a genuine, recent request.
      #
      # +body+:: the raw bytes, exactly as they arrived: parsed and written again they are others
      # +headers+:: a hash of names in any case to a value or several, or pairs
      # +url+:: the URL that the sender was given, for dialects that sign it
      # +now_ms+:: the clock in Unix milliseconds; left out, the system's
      #
      # Raises a VerificationError for any other request.
      def verify(body, headers, method: "POST", url: nil, now_ms: nil)
        request = Request.new(body, headers, method: method, url: url)
        verified = run(request, now_ms)
        event(request, EventReader.parse_body(@dialect, request.body), verified)
      end

      # As #verify, but the body is not read: for receivers that store or forward it as it is. Gives a Verified.
      def verify_signature(body, headers, method: "POST", url: nil, now_ms: nil)
        run(Request.new(body, headers, method: method, url: url), now_ms)
      end

      # The event of a Request or, if it holds a challenge that the dialect asks of a new endpoint, the Answer to give instead.
      def open(request, now_ms: nil)
        verified = run(request, now_ms)
        payload = EventReader.parse_body(@dialect, request.body)
        Handshake.answer_challenge(@dialect, payload, @keys[verified.key]) || event(request, payload, verified)
      end

      # Shows the dialect and how many secrets there are, never a secret.
      def inspect
        "#<#{self.class} #{@dialect.name}, #{@keys.length} secrets>"
      end

      private

      def run(request, now_ms)
        now_ms ||= Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond)
        Verification.run(@dialect, request, @keys, now_ms, @tolerance_s)
      end

      def event(request, payload, verified)
        EventReader.new(@dialect, request, payload).event(verified)
      end

      def check_tolerance(tolerance_s)
        return @dialect.tolerance_s if tolerance_s.nil?
        unless @dialect.signs_time?
          raise ConfigurationError, "the dialect `#{@dialect.name}` signs no time: leave `tolerance_s` out"
        end
        raise ConfigurationError, "`tolerance_s` is #{tolerance_s}: give 0 or more" if tolerance_s.negative?

        tolerance_s
      end
    end
  end
end
