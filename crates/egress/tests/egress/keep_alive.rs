//! Connections are reused while they are good, and a request is repeated in one case only.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::support::{
    AMPLE, OK, Receiver, SHORT, class, client, client_with, loopback_rules, owner, post, post_for,
    response,
};
use nuncio_domain::ProjectId;
use nuncio_egress::{ClientLimits, Owner};
use socket2::SockRef;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;

/// Answers every request on a connection until the client hangs up.
async fn patient() -> Receiver {
    Receiver::start(|mut peer| async move {
        loop {
            peer.read_request().await?;
            peer.write(OK).await?;
        }
    })
    .await
}

#[tokio::test]
async fn requests_in_turn_share_one_connection() {
    let receiver = patient().await;
    let client = client();
    for turn in 0..50 {
        let exchange = post(&client, &receiver.url(), AMPLE).await;
        assert_eq!(exchange.timings.reused, turn > 0);
        assert_eq!(exchange.peer, Some(receiver.address));
        assert_eq!(response(exchange).status, 200);
    }
    assert_eq!((receiver.requests(), receiver.connections()), (50, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_at_once_share_no_more_connections_than_requests() {
    let receiver = patient().await;
    let client = Arc::new(client());
    let url = receiver.url();
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (client, url) = (Arc::clone(&client), url.clone());
            tokio::spawn(async move {
                for _ in 0..50 {
                    response(post(&client, &url, AMPLE).await);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(receiver.requests(), 16 * 50);
    assert!(receiver.connections() <= 16, "{}", receiver.connections());
}

#[tokio::test]
async fn an_idle_connection_that_the_receiver_closed_is_noticed_before_it_is_used() {
    let (closed, mut close) = mpsc::unbounded_channel();
    let receiver = Receiver::start(move |mut peer| {
        let closed = closed.clone();
        async move {
            peer.read_request().await?;
            peer.write(OK).await?;
            drop(peer);
            closed.send(()).unwrap();
            Ok(())
        }
    })
    .await;
    let client = client();
    for _ in 0..20 {
        let exchange = post(&client, &receiver.url(), AMPLE).await;
        assert!(!exchange.timings.reused);
        response(exchange);
        close.recv().await.unwrap();
    }
    assert_eq!((receiver.requests(), receiver.connections()), (20, 20));
}

/// What a receiver does with the second request on a connection: it has read it, and hangs up.
#[derive(Clone, Copy, Debug)]
enum HangUp {
    Closing,
    Resetting,
    AfterAByte,
}

/// A receiver whose first connection fails its second request so. Its other connections answer, or, if it is `dead`,
/// hang up at once.
async fn hanging_up(how: HangUp, dead: bool) -> Receiver {
    let first = Arc::new(AtomicBool::new(true));
    Receiver::start(move |mut peer| {
        let first = first.swap(false, Ordering::SeqCst);
        async move {
            peer.read_request().await?;
            if !first && dead {
                return Ok(());
            }
            peer.write(OK).await?;
            peer.read_request().await?;
            match how {
                HangUp::Closing => Ok(()),
                HangUp::Resetting => SockRef::from(&peer.stream).set_linger(Some(Duration::ZERO)),
                HangUp::AfterAByte => peer.write("H").await,
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_request_lost_on_a_reused_connection_is_sent_again_on_a_new_one() {
    for how in [HangUp::Closing, HangUp::Resetting] {
        let receiver = hanging_up(how, false).await;
        let client = client();
        response(post(&client, &receiver.url(), AMPLE).await);

        let second = post(&client, &receiver.url(), AMPLE).await;

        assert!(second.resent && !second.timings.reused, "{how:?}");
        assert_eq!(response(second).status, 200);
        assert_eq!((receiver.requests(), receiver.connections()), (3, 2));
    }
}

#[tokio::test]
async fn a_request_is_sent_again_once_and_never_after_a_byte_of_an_answer() {
    let check = async |how, dead, error: &str, connections| {
        let receiver = hanging_up(how, dead).await;
        let client = client();
        response(post(&client, &receiver.url(), AMPLE).await);
        let second = post(&client, &receiver.url(), AMPLE).await;
        assert_eq!(class(&second), error, "{how:?}");
        assert_eq!(receiver.connections(), connections, "{how:?}");
    };
    check(HangUp::Closing, true, "closed_early", 2).await;
    check(HangUp::AfterAByte, false, "closed_early", 1).await;
}

#[tokio::test]
async fn a_request_lost_on_a_new_connection_is_not_sent_again() {
    let receiver = Receiver::start(|mut peer| async move { peer.read_request().await.map(drop) });
    let receiver = receiver.await;
    let exchange = post(&client(), &receiver.url(), AMPLE).await;
    assert!(!exchange.resent);
    assert_eq!(class(&exchange), "closed_early");
    assert_eq!((receiver.requests(), receiver.connections()), (1, 1));
}

#[tokio::test]
async fn a_request_that_timed_out_on_a_reused_connection_is_not_sent_again() {
    let receiver = Receiver::start(|mut peer| async move {
        peer.read_request().await?;
        peer.write(OK).await?;
        peer.read_request().await?;
        // Until the client hangs up.
        peer.stream.read_u8().await.map(drop)
    })
    .await;
    let client = client();
    response(post(&client, &receiver.url(), AMPLE).await);
    let second = post(&client, &receiver.url(), SHORT).await;
    assert_eq!((class(&second), second.resent), ("timeout", false));
    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn a_connection_is_not_reused_after_an_answer_that_is_not_in_order() {
    for answer in [
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\nok\n0\n\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 7\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok",
    ] {
        let receiver = Receiver::start(move |mut peer| async move {
            loop {
                peer.read_request().await?;
                peer.write(answer).await?;
            }
        })
        .await;
        let client = client();
        for _ in 0..2 {
            let exchange = post(&client, &receiver.url(), AMPLE).await;
            assert!(!exchange.timings.reused, "{answer}");
            response(exchange);
        }
        assert_eq!(receiver.connections(), 2, "{answer}");
    }
}

#[tokio::test]
async fn a_connection_that_spoke_out_of_turn_is_not_reused() {
    let (spoken, mut speech) = mpsc::unbounded_channel();
    let receiver = Receiver::start(move |mut peer| {
        let spoken = spoken.clone();
        async move {
            peer.read_request().await?;
            peer.write(OK).await?;
            // A response to a request that was never made must not become the
            // response to the next one.
            peer.write("HTTP/1.1 500 Stray\r\ncontent-length: 0\r\n\r\n")
                .await?;
            spoken.send(()).unwrap();
            peer.read_request().await.map(drop)
        }
    })
    .await;
    let client = client();
    for _ in 0..5 {
        let exchange = post(&client, &receiver.url(), AMPLE).await;
        assert_eq!(response(exchange).status, 200);
        speech.recv().await.unwrap();
    }
    assert_eq!(receiver.connections(), 5);
}

#[tokio::test]
async fn a_connection_that_the_receiver_wants_closed_is_not_reused() {
    for header in ["connection: close", "keep-alive: timeout=1"] {
        let answer = format!("HTTP/1.1 200 OK\r\n{header}\r\ncontent-length: 0\r\n\r\n");
        let receiver = Receiver::start(move |mut peer| {
            let answer = answer.clone();
            async move {
                loop {
                    peer.read_request().await?;
                    peer.write(&answer).await?;
                }
            }
        })
        .await;
        let client = client();
        for _ in 0..2 {
            response(post(&client, &receiver.url(), AMPLE).await);
        }
        assert_eq!(receiver.connections(), 2, "{header}");
    }
}

#[tokio::test]
async fn connections_are_not_shared_between_hosts() {
    let receiver = patient().await;
    let client = client();
    let port = receiver.address.port();
    for host in ["a.example", "b.example", "a.example", "b.example"] {
        response(post(&client, &format!("http://{host}:{port}/"), AMPLE).await);
    }
    assert_eq!((receiver.requests(), receiver.connections()), (4, 2));
}

#[tokio::test]
async fn connections_are_not_shared_between_tenants_or_projects_of_one_host() {
    let receiver = patient().await;
    let client = client();
    let rules = loopback_rules();
    let other_project = Owner {
        project: ProjectId::from_bits(2),
        ..owner("acme")
    };
    let owners = [owner("acme"), owner("globex"), other_project];
    for reused in [false, true, true] {
        for owner in &owners {
            let exchange = post_for(&client, &rules, &receiver.url(), AMPLE, owner).await;
            assert_eq!(exchange.timings.reused, reused, "{owner:?}");
            response(exchange);
        }
    }
    assert_eq!((receiver.requests(), receiver.connections()), (9, 3));
}

#[tokio::test]
async fn idle_connections_are_bounded_over_all_tenants_of_a_host() {
    let receiver = patient().await;
    let client = client_with(ClientLimits {
        idle_total_max: 2,
        ..ClientLimits::default()
    });
    let rules = loopback_rules();
    for tenant in ["a", "b", "c"] {
        response(post_for(&client, &rules, &receiver.url(), AMPLE, &owner(tenant)).await);
    }
    let reused = async |tenant| {
        let exchange = post_for(&client, &rules, &receiver.url(), AMPLE, &owner(tenant)).await;
        exchange.timings.reused
    };
    assert!(reused("c").await && reused("b").await);
    assert!(!reused("a").await, "the oldest had to go");
}

#[tokio::test]
async fn the_oldest_idle_connection_goes_when_there_are_too_many() {
    let receiver = patient().await;
    let port = receiver.address.port();
    let client = client_with(ClientLimits {
        idle_total_max: 2,
        ..ClientLimits::default()
    });
    let reused = |host: &'static str| {
        let url = format!("http://{host}:{port}/");
        let client = &client;
        async move { post(client, &url, AMPLE).await.timings.reused }
    };
    assert!(!reused("a.example").await);
    assert!(!reused("b.example").await);
    assert!(reused("a.example").await);
    assert!(!reused("c.example").await); // `b` is the oldest now.
    assert!(reused("a.example").await);
    assert!(!reused("b.example").await);
}

#[tokio::test]
async fn an_idle_connection_is_closed_when_its_time_is_over() {
    let (closed, mut close) = mpsc::unbounded_channel();
    let receiver = Receiver::start(move |mut peer| {
        let closed = closed.clone();
        async move {
            peer.read_request().await?;
            peer.write(OK).await?;
            let next = peer.read_request().await;
            closed.send(next.is_err()).unwrap();
            Ok(())
        }
    })
    .await;
    let client = client_with(ClientLimits {
        idle_timeout: SHORT,
        ..ClientLimits::default()
    });
    response(post(&client, &receiver.url(), AMPLE).await);
    // No further request is made: the pool itself lets go.
    assert!(close.recv().await.unwrap());
    assert_eq!(receiver.requests(), 1);
}

#[tokio::test]
async fn a_connection_ends_at_its_maximal_age() {
    let receiver = patient().await;
    let client = client_with(ClientLimits {
        connection_age_max: Duration::ZERO,
        ..ClientLimits::default()
    });
    for _ in 0..3 {
        response(post(&client, &receiver.url(), AMPLE).await);
    }
    assert_eq!(receiver.connections(), 3);
}

#[tokio::test]
async fn a_connection_whose_response_was_cut_is_not_reused() {
    let receiver = Receiver::start(|mut peer| async move {
        loop {
            peer.read_request().await?;
            peer.write("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\ntoo long")
                .await?;
        }
    })
    .await;
    let client = client_with(ClientLimits {
        response_body_bytes_max: 3,
        ..ClientLimits::default()
    });
    for _ in 0..2 {
        assert!(response(post(&client, &receiver.url(), AMPLE).await).body_truncated);
    }
    assert_eq!(receiver.connections(), 2);
}
