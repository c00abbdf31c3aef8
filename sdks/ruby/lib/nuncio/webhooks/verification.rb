# frozen_string_literal: true

module Nuncio
  module Webhooks
    # What a genuine request says about itself: which of the secrets had signed (from 0), the version of the signature, and
    # the signed time in Unix milliseconds; nil where the dialect has neither.
    Verified = Struct.new(:key, :version, :timestamp_ms)

    # One run of the rules over one signature of a request: a pure function of the dialect, the keys, the request and the
    # clock.
    class Verification
      # Verifies the request: every signature that receivers require must fit.
      def self.run(dialect, request, keys, now_ms, tolerance_s)
        all = dialect.signatures.map { |signature| new(dialect, signature, request).run(keys, now_ms, tolerance_s) }
        Verified.new(all.first.key, all.filter_map(&:version).first, all.filter_map(&:timestamp_ms).first)
      end

      def initialize(dialect, signature, request)
        @dialect = dialect
        @signature = signature
        @request = request
        @value = header(@signature.header)
      end

      # Verifies as the vendor's receivers should: header names in any case, signatures compared in constant time, the signed
      # time at most +tolerance_s+ seconds away from +now_ms+ (in whole seconds where the dialect sends seconds).
      def run(keys, now_ms, tolerance_s)
        if @signature.time
          timestamp_ms = signed_ms
          check_age(timestamp_ms, now_ms, tolerance_s) if tolerance_s
        end
        key, version = find(keys, contents)
        Verified.new(key, version, timestamp_ms)
      end

      private

      # The one header of that name. A second one is refused: two readers could each take another.
      def header(name)
        values = @request.values(name)
        raise MissingHeader.new(name, @dialect.answers) if values.empty?
        raise malformed(name, "it is there twice") if values.length > 1

        values.first
      end

      def malformed(name, reason)
        MalformedHeader.new(name, reason, @dialect.answers)
      end

      def signed_ms
        text, name = signed_time
        Times.parse_ms(@signature.time.field, text) || raise(malformed(name, "its time is not a number in the right format"))
      end

      # The signed time as it was sent, and the header that it came in.
      def signed_time
        time = @signature.time
        return [header(time.header), time.header] if time.header

        times = @signature.items(@value).filter_map { |key, text| text if key == time.pair }
        return [times.first, @signature.header] if times.length == 1

        raise malformed(@signature.header, times.empty? ? "it holds no time" : "it holds two times")
      end

      def check_age(signed_ms, now_ms, tolerance_s)
        in_ms = @signature.time.field == "timestamp_ms"
        age_ms = (in_ms ? now_ms : now_ms - now_ms % 1000) - signed_ms
        # Seconds are rounded away from zero: 300,001 ms is "301 s", never "300 s, more than 300 s".
        seconds = (age_ms.abs + 999).div(1000)
        raise TooOld.new(seconds, tolerance_s, @dialect.answers) if age_ms > tolerance_s * 1000
        raise TooNew.new(seconds, tolerance_s, @dialect.answers) if age_ms < -tolerance_s * 1000
      end

      # The bytes that may have been signed: one text, or one for each spelling of a signed URL.
      def contents
        is_url = @signature.content.map { |piece| piece == Piece.new(:field, "url") }
        parts = @signature.content.each_with_index.map { |piece, at| is_url[at] ? nil : part(piece, at).b }
        return [parts.join] if is_url.none?

        raise ConfigurationError, "the dialect `#{@dialect.name}` signs the URL: give `url`" unless @request.url

        Request.signed_urls(@request.url).map { |url| parts.map { |part| part || url.b }.join }
      end

      # The bytes of one piece of the signed content.
      def part(piece, at)
        return piece.text if piece.kind == :text

        case [piece.kind, piece.text]
        when [:field, "body"] then @request.body
        when [:field, "sorted_form"] then Form.sorted(@request.body)
        when [:field, "method"] then @request.http_method
        else carried_part(piece, at)
        end
      end

      def carried_part(piece, at)
        text, name = carried(piece)
        following = @signature.content[at + 1]
        # A value that holds the text which ends it could be cut elsewhere and still be signed the same.
        if following&.kind == :text && text.b.include?(following.text.b)
          raise malformed(name, "it holds the separator of the signed content")
        end

        text
      end

      def carried(piece)
        return [header(piece.text), piece.text] if piece.kind == :header
        return signed_time if @signature.time&.field == piece.text

        name = @dialect.carrier(piece.text) || raise(malformed(@signature.header, "a signed value was not sent"))
        [header(name), name]
      end

      # The first key that fits a signature of an accepted version under one of +contents+, and that version.
      def find(keys, contents)
        items = @signature.items(@value)
        if !@signature.bare? && items.all? { |version, _| version.empty? }
          raise malformed(@signature.header, "it lists no signature")
        end

        keys.each_with_index do |key, index|
          accepted_schemes.each do |scheme|
            texts = items.filter_map { |version, text| text if version == scheme.version }
            fits = contents.any? { |content| scheme.fits_one?(key, content, texts) }
            return [index, scheme.version.empty? ? nil : scheme.version] if fits
          end
        end
        raise BadSignature.new(@signature.header, @dialect.answers)
      end

      def accepted_schemes
        @signature.schemes.select { |scheme| scheme.version.empty? || @dialect.versions.include?(scheme.version) }
      end
    end
  end
end
