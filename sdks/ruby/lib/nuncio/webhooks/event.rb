# frozen_string_literal: true

require "json"

module Nuncio
  module Webhooks
    # One event. What the dialect does not carry is nil.
    #
    # +dialect+:: the name of the dialect that it came in
    # +id+, +type+, +tenant+:: texts
    # +time+:: when it occurred; the same on every attempt
    # +data+:: the publisher's data, parsed; a hash of texts where the body is a form
    # +delivery_id+:: stable over all attempts of one delivery, where a header carries it
    # +payload+:: the whole body, parsed
    # +key+:: which of the secrets had signed, counted from 0
    # +version+, +timestamp+:: of the signature that fitted
    Event = Struct.new(:dialect, :id, :type, :time, :tenant, :data, :delivery_id, :payload, :key, :version, :timestamp,
                       keyword_init: true)

    class Event
      # What tells deliveries apart: the delivery's id, else the event's; nil where the dialect carries neither.
      def deduplication_key
        return "#{dialect}:delivery:#{delivery_id}" if delivery_id

        "#{dialect}:event:#{id}" if id
      end
    end

    # Finds the event of a genuine request where the dialect puts it: in the envelope, else in the headers.
    class EventReader
      # The body as JSON, or as a hash where the dialect sends forms.
      def self.parse_body(dialect, body)
        return Form.flat(body) || raise(MalformedBody, "it is no UTF-8 form") if dialect.form?

        text = body.dup.force_encoding("UTF-8")
        raise MalformedBody, "it is no JSON" unless text.valid_encoding?

        JSON.parse(text)
      rescue JSON::ParserError
        raise MalformedBody, "it is no JSON"
      end

      def initialize(dialect, request, payload)
        @dialect = dialect
        @payload = payload
        @fields = {}
        take_headers(request)
        take_envelope
      end

      def event(verified)
        Event.new(
          dialect: @dialect.name, id: text("event_id") || text("message_id"), type: text("event_type"), time: time, tenant: text("tenant"),
          data: @dialect.members.empty? ? @payload : @fields["data"],
          delivery_id: text("delivery_id") || text("delivery_uuid"), payload: @payload,
          key: verified.key, version: verified.version,
          timestamp: verified.timestamp_ms && Times.to_time(verified.timestamp_ms)
        ).freeze
      end

      private

      def take_headers(request)
        @dialect.headers.each do |header|
          values = request.values(header.name)
          next unless values.length == 1

          take(header.value, @dialect.escaped? ? unescaped(values.first) : values.first)
        end
      end

      def take_envelope
        return if @dialect.members.empty?
        raise MalformedBody, "its envelope is no object" unless @payload.is_a?(Hash)

        @dialect.members.each do |member|
          found = member.path.reduce(@payload) { |object, name| object.is_a?(Hash) ? object[name] : nil }
          take(member.value, found) unless found.nil?
        end
      end

      # The fields that +found+ was put together from; none where it does not have that form.
      def take(pieces, found)
        return @fields[pieces.first.text] = decoded(pieces.first, found) if pieces.length == 1 && pieces.first.kind == :field
        # Without metadata of the tenant's own, this is what stands in its place.
        return take(pieces.first.default, found) if pieces.length == 1 && pieces.first.default
        return unless found.is_a?(String)

        patterns = { field: "(.*?)", metadata: ".*?" }
        pattern = pieces.map { |piece| patterns.fetch(piece.kind) { Regexp.escape(piece.text) } }.join
        match = /\A#{pattern}\z/m.match(found)
        shown = pieces.select { |piece| piece.kind == :field }
        shown.zip(match.captures) { |piece, text| @fields[piece.text] = decoded(piece, text) } if match
      end

      # What a field was before it became a part of a URI.
      def decoded(piece, value)
        piece.encoded && value.is_a?(String) ? unescaped(value) : value
      end

      # What is no UTF-8 without its escapes stays as it is.
      def unescaped(value)
        text = value.b.gsub(/%[0-9a-f]{2}/in) { |escape| escape[1, 2].hex.chr }.force_encoding("UTF-8")
        text.valid_encoding? ? text : value
      end

      def text(name)
        value = @fields[name]
        raise MalformedBody, "its #{name} is no text" unless value.nil? || value.is_a?(String)

        value
      end

      def time
        name, value = @fields.find { |field, _| field.start_with?("event_time") }
        return unless name

        unix_ms = Times.parse_ms(name, value.to_s) || raise(MalformedBody, "its #{name} is no time")
        Times.to_time(unix_ms)
      end
    end
  end
end
