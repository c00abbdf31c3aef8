# frozen_string_literal: true

module Nuncio
  module Webhooks
    # A request as it arrived, whatever server received it.
    class Request
      # The raw bytes of the body, the method, and the URL exactly as it was entered with the sender, never parsed and written
      # again (only some dialects sign it).
      attr_reader :body, :http_method, :url

      # +headers+ are a hash of names in any case to a value or several, or pairs.
      def initialize(body, headers, method: "POST", url: nil)
        @body = body.b
        @headers = headers.flat_map { |name, values| Array(values).map { |value| [name.to_s.downcase, text(value)] } }
        @http_method = method.to_s
        @url = url
      end

      # The request of a Rack environment; also of Rails' <tt>request.env</tt>.
      def self.from_rack(env, body = read_body(env["rack.input"]), url: nil)
        headers = env.filter_map do |name, value|
          [name.delete_prefix("HTTP_").tr("_", "-"), value] if name.start_with?("HTTP_")
        end
        new(body, headers, method: env["REQUEST_METHOD"], url: url || url_of(env))
      end

      # No sender's event is larger; what is cannot fill the memory.
      BODY_BYTES_MAX = 4 * 1024 * 1024

      # At most one byte more than is allowed, which tells a body that is too large.
      def self.read_body(input)
        input.rewind if input.respond_to?(:rewind)
        input&.read(BODY_BYTES_MAX + 1) || ""
      end

      def self.url_of(env)
        uri = env["REQUEST_URI"].to_s
        return uri if uri.match?(%r{\Ahttps?://})

        query = env["QUERY_STRING"].to_s
        path = "#{env["SCRIPT_NAME"]}#{env["PATH_INFO"]}#{"?" unless query.empty?}#{query}"
        "#{env["rack.url_scheme"]}://#{env["HTTP_HOST"]}#{uri.empty? ? path : uri}"
      end
      private_class_method :url_of

      DEFAULT_PORTS = { "http:" => ":80", "https:" => ":443" }.freeze
      URL = %r{\A(https?:)(//(?:\[[^\]]*\]|[^/?#:\[\]]*))(:[0-9]+)?([/?#].*)?\z}mi
      private_constant :DEFAULT_PORTS, :URL

      # The texts that a sender may have signed for a URL: itself, and with its scheme's default port left out or added, since
      # both name one endpoint and frameworks differ in which they show. Nothing else is changed.
      def self.signed_urls(url)
        scheme, host, port, rest = URL.match(url)&.captures
        return [url] unless scheme

        default = DEFAULT_PORTS.fetch(scheme.downcase)
        return [url] unless [nil, default].include?(port)

        [url, "#{scheme}#{host}#{default unless port}#{rest}"]
      end

      # Every value of that header, whatever its case.
      def values(name)
        wanted = name.downcase
        @headers.filter_map { |found, value| value if found == wanted }
      end

      private

      # HTTP fields are bytes; those that are no UTF-8 stay bytes, so that nothing fails on them.
      def text(value)
        trimmed = value.to_s.b.gsub(/\A[ \t]+|[ \t]+\z/n, "")
        utf8 = trimmed.dup.force_encoding("UTF-8")
        utf8.valid_encoding? ? utf8 : trimmed
      end
    end
  end
end
