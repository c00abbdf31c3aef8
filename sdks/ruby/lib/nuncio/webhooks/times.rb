# frozen_string_literal: true

require "date"

module Nuncio
  module Webhooks
    # Times as the wire shows them, to and from Unix milliseconds.
    module Times
      SIGNED = /\A[0-9]{1,15}\z/
      # An event may have occurred before 1970.
      OCCURRED = /\A-?[0-9]{1,15}\z/
      RFC3339 = /\A(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d+))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))\z/i
      DAY_MS = 86_400_000

      module_function

      # Unix milliseconds of a time in the form of +field+ (<tt>…_s</tt>, <tt>…_ms</tt>, <tt>…_rfc3339</tt>); nil for other
      # text. Spaces, a plus and more than 15 digits are no number of seconds or milliseconds that anyone sends; only events
      # may lie before 1970.
      def parse_ms(field, text)
        return parse_rfc3339_ms(text) if field.include?("rfc3339")

        number = field.start_with?("event_") ? OCCURRED : SIGNED
        Integer(text, 10) * (field.end_with?("_ms") ? 1 : 1000) if text.match?(number)
      end

      # Every form that RFC 3339 allows; what is finer than a millisecond is cut off.
      def parse_rfc3339_ms(text)
        match = RFC3339.match(text)
        return unless match

        year, month, day, hour, minute, second = match.captures.first(6).map { |part| Integer(part, 10) }
        fraction, sign, offset_hour, offset_minute = match.captures.last(4)
        return unless Date.valid_date?(year, month, day)

        offset_s = Integer(offset_hour || "0", 10) * 3600 + Integer(offset_minute || "0", 10) * 60
        offset_s = -offset_s if sign == "-"
        unix_ms = (Time.utc(year, month, day, hour, minute, 0).to_i + second - offset_s) * 1000
        # Leap seconds end a day of UTC. Unix time has no number for one: it counts as the second after it.
        return if second == 60 && unix_ms % DAY_MS != 0

        unix_ms + Integer(fraction.to_s.ljust(3, "0")[0, 3], 10)
      end

      def to_time(unix_ms)
        Time.at(unix_ms.div(1000), unix_ms % 1000, :millisecond, in: "UTC")
      end
    end
  end
end
