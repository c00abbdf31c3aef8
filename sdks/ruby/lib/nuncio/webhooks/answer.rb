# frozen_string_literal: true

module Nuncio
  module Webhooks
    # An HTTP answer: a status, a hash of headers (their names in lower case, as Rack 3 wants them), and a body.
    Answer = Struct.new(:status, :headers, :body)

    class Answer
      # An event was handled.
      def self.received
        new(204, {}, "")
      end

      def self.text(status, text, headers = {})
        new(status, { "content-type" => "text/plain; charset=utf-8" }.merge(headers), text)
      end

      def to_rack
        [status, headers, body.empty? ? [] : [body]]
      end
    end
  end
end
