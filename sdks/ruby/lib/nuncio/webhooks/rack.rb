# frozen_string_literal: true

require "stringio"

module Nuncio
  module Webhooks
    # A Rack application that hands events to its block: mount it in Rails' routes, Sinatra or +config.ru+.
    class RackApp
      def initialize(receiver, &handler)
        raise ConfigurationError, "give a block that takes the event" unless handler

        @receiver = receiver
        @handler = handler
      end

      def call(env)
        @receiver.handle(Request.from_rack(env, url: @receiver.url), &@handler).to_rack
      end
    end

    # Rack middleware that lets only genuine requests through to one path. The application beneath finds the event in
    # <tt>env["nuncio.event"]</tt> and the raw body in <tt>rack.input</tt>. Its exception, or a status of 400 or more, releases
    # the delivery.
    class Middleware
      EVENT = "nuncio.event"

      def initialize(app, receiver:, path:)
        @app = app
        @receiver = receiver
        @path = path
      end

      def call(env)
        return @app.call(env) unless env["PATH_INFO"] == @path

        body = Request.read_body(env["rack.input"])
        opened = @receiver.open(Request.from_rack(env, body, url: @receiver.url))
        return opened.to_rack if opened.is_a?(Answer)

        forward(env.merge("rack.input" => StringIO.new(body.b), EVENT => opened), opened)
      end

      private

      def forward(env, event)
        succeeded = false
        answer = @app.call(env)
        succeeded = answer.first.to_i < 400
        answer
      ensure
        @receiver.settle(event, succeeded)
      end
    end
  end
end
