# frozen_string_literal: true

module Nuncio
  module Webhooks
    # Recognises retries of what was handled. A delivery is running from the first time it is seen until its handler ends;
    # then it is done or, where the handler failed, released, so that the sender's retry is handled.
    class Deduplicator
      # How long a handled delivery is remembered.
      WINDOW_S = 24 * 3600
      # How long a handler may take before a retry counts as the first attempt: its process may have died.
      LEASE_S = 300

      # +store+ remembers; several processes share one by sharing a database. It answers to
      #
      # <tt>claim(key, lease_s)</tt>:: +:first+, +:running+ or +:done+. It asks and takes in one atomic step: of several callers
      #                                at once, one gets +:first+
      # <tt>complete(key, window_s)</tt>:: remembers as done
      # <tt>release(key)</tt>:: forgets
      def initialize(store = MemoryStore.new, window_s: WINDOW_S, lease_s: LEASE_S)
        @store = store
        @window_s = window_s
        @lease_s = lease_s
      end

      # Whether to handle the event. +:first+ must be followed by #complete or #release. Events of a dialect that carries no id
      # are handled every time: two that look alike may be two.
      def claim(event)
        key = event.deduplication_key
        key ? @store.claim(key, @lease_s) : :first
      end

      # The event's handler has succeeded.
      def complete(event)
        key = event.deduplication_key
        @store.complete(key, @window_s) if key
      end

      # The event's handler has failed: the next attempt is to be handled.
      def release(event)
        key = event.deduplication_key
        @store.release(key) if key
      end

      # Whether the event is new, for receivers that handle it in one transaction: it is done at once.
      def first_time?(event)
        is_first = claim(event) == :first
        complete(event) if is_first
        is_first
      end
    end

    # Remembers within this process; the oldest goes first when the capacity is reached.
    class MemoryStore
      # How many deliveries are remembered: about 20 MB at most.
      CAPACITY = 100_000

      def initialize(capacity: CAPACITY, clock: -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) })
        @capacity = capacity
        @clock = clock
        @mutex = Mutex.new
        @entries = {}
      end

      def claim(key, lease_s)
        @mutex.synchronize do
          state, ends = @entries[key]
          next state if state && ends > @clock.call

          put(key, :running, lease_s)
          :first
        end
      end

      def complete(key, window_s)
        @mutex.synchronize { put(key, :done, window_s) }
      end

      def release(key)
        @mutex.synchronize { @entries.delete(key) }
      end

      # How many deliveries are remembered.
      def size
        @mutex.synchronize { @entries.size }
      end

      private

      def put(key, state, seconds)
        # Deleted first, so that it goes to the end.
        @entries.delete(key)
        @entries[key] = [state, @clock.call + seconds]
        @entries.shift while @entries.size > @capacity
      end
    end
  end
end
