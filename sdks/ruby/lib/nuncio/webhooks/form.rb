# frozen_string_literal: true

module Nuncio
  module Webhooks
    # Form bodies (+application/x-www-form-urlencoded+), read as the URL standard says: reading never fails.
    module Form
      module_function

      # Name and value of every parameter, sorted by name (then value), with nothing between them.
      def sorted(body)
        parameters(body).sort.join
      end

      # The parameters as a hash of texts (of one that is there twice, the last); nil for what is not UTF-8.
      def flat(body)
        texts = parameters(body).map { |pair| pair.map { |part| part.dup.force_encoding("UTF-8") } }
        texts.to_h if texts.flatten.all?(&:valid_encoding?)
      end

      def parameters(body)
        body.b.split("&").reject(&:empty?).map do |pair|
          name, value = pair.split("=", 2)
          [decode(name || ""), decode(value || "")]
        end
      end

      def decode(text)
        text.tr("+", " ").gsub(/%([0-9A-Fa-f]{2})/n) { [Regexp.last_match(1)].pack("H2") }
      end
    end
  end
end
