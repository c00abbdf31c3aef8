# frozen_string_literal: true

module Nuncio
  module Webhooks
    # Times as the wire shows them, to and from Unix milliseconds.
    module Times
      NUMBER = /\A[0-9]{1,15}\z/
      RFC3339 = /\A(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{3}))?Z\z/

      module_function

      # Unix milliseconds of a time in the form of +field+ (<tt>…_s</tt>, <tt>…_ms</tt>, <tt>…_rfc3339</tt>); nil for other
      # text. Signs, spaces and more than 15 digits are no number of seconds or milliseconds that anyone sends.
      def parse_ms(field, text)
        return parse_rfc3339_ms(text) if field.include?("rfc3339")

        Integer(text, 10) * (field.end_with?("_ms") ? 1 : 1000) if text.match?(NUMBER)
      end

      # <tt>2026-04-26T12:34:56Z</tt> or <tt>…56.123Z</tt> (RFC 3339 in UTC), as dialects write it.
      def parse_rfc3339_ms(text)
        parts = RFC3339.match(text)&.captures&.map { |part| Integer(part || "0", 10) }
        return unless parts && parts[1].between?(1, 12) && parts[2].positive?

        time = Time.utc(*parts[0..5])
        # Ruby makes the 3rd of March of the 31st of February.
        time.to_i * 1000 + parts[6] if time.day == parts[2]
      end

      def to_time(unix_ms)
        Time.at(unix_ms.div(1000), unix_ms % 1000, :millisecond, in: "UTC")
      end
    end
  end
end
