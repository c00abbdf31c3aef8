# frozen_string_literal: true

require_relative "helper"

class DeduplicatorTest < Minitest::Test
  include Nuncio::Webhooks

  def event(dialect, id, delivery_id = nil)
    Event.new(dialect: dialect, id: id, delivery_id: delivery_id)
  end

  def test_one_of_many_at_once_is_the_first
    deduplicator = Deduplicator.new
    delivery = event("ventryx", nil, "del_1")
    firsts = Array.new(50) { Thread.new { deduplicator.first_time?(delivery) } }.map(&:value)
    assert_equal 1, firsts.count(true)
  end

  def test_deliveries_are_remembered_for_the_window
    now = 0
    deduplicator = Deduplicator.new(MemoryStore.new(clock: -> { now }), window_s: 3600, lease_s: 60)
    delivery = event("ventryx", nil, "del_1")
    assert_equal :first, deduplicator.claim(delivery)
    assert_equal :running, deduplicator.claim(delivery)
    deduplicator.complete(delivery)
    now += 3599
    assert_equal :done, deduplicator.claim(delivery)
    now += 1
    assert_equal :first, deduplicator.claim(delivery)
    now += 60
    assert_equal :first, deduplicator.claim(delivery)
    deduplicator.release(delivery)
    assert_equal :first, deduplicator.claim(delivery)
  end

  def test_the_oldest_goes_first
    store = MemoryStore.new(capacity: 2)
    deduplicator = Deduplicator.new(store)
    %w[del_1 del_2 del_3].each { |id| assert_equal :first, deduplicator.claim(event("ventryx", nil, id)) }
    assert_equal :running, deduplicator.claim(event("ventryx", nil, "del_3"))
    assert_equal :first, deduplicator.claim(event("ventryx", nil, "del_1"))
    assert_equal 2, store.size
  end

  def test_without_a_delivery_the_event_tells_retries_apart
    deduplicator = Deduplicator.new
    assert_equal :first, deduplicator.claim(event("yativo", "evt_1"))
    assert_equal :running, deduplicator.claim(event("yativo", "evt_1"))
    assert_equal :first, deduplicator.claim(event("stripe", "evt_1"))
    2.times { assert_equal :first, deduplicator.claim(event("grantiva", nil)) }
  end
end
