//! A name server on loopback whose answers the test chooses and changes.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use hickory_resolver::proto::op::{Message, MessageType, OpCode, Query, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, AAAA, CNAME};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use tokio::net::UdpSocket;

/// What the name server says to every question.
#[derive(Clone)]
pub(crate) enum Says {
    Addresses(Vec<IpAddr>),
    Alias(&'static str, Vec<IpAddr>),
    Error(ResponseCode),
    Nothing,
}

pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    says: Arc<Mutex<Says>>,
    questions: Arc<AtomicUsize>,
}

impl NameServer {
    pub(crate) async fn start(says: Says) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let server = Self {
            address: socket.local_addr().unwrap(),
            says: Arc::new(Mutex::new(says)),
            questions: Arc::default(),
        };
        let (says, questions) = (server.says.clone(), server.questions.clone());
        tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                questions.fetch_add(1, Ordering::SeqCst);
                let says = says.lock().unwrap().clone();
                if let Some(answer) = answer(&buffer[..length], says) {
                    socket.send_to(&answer, from).await.unwrap();
                }
            }
        });
        server
    }

    pub(crate) fn say(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    pub(crate) fn questions(&self) -> usize {
        self.questions.load(Ordering::SeqCst)
    }
}

fn answer(question: &[u8], says: Says) -> Option<Vec<u8>> {
    let question = Message::from_vec(question).unwrap();
    let query = question.queries[0].clone();
    let mut answer = Message::new(question.metadata.id, MessageType::Response, OpCode::Query);
    answer.metadata.recursion_desired = true;
    answer.metadata.recursion_available = true;
    match says {
        Says::Addresses(addresses) => add(&mut answer, query.name(), &query, &addresses),
        Says::Alias(target, addresses) => {
            let target = Name::from_ascii(target).unwrap();
            let alias = RData::CNAME(CNAME(target.clone()));
            answer.add_answer(Record::from_rdata(query.name().clone(), 0, alias));
            add(&mut answer, &target, &query, &addresses);
        }
        Says::Error(code) => answer.metadata.response_code = code,
        Says::Nothing => return None,
    }
    answer.add_query(query);
    Some(answer.to_vec().unwrap())
}

fn add(answer: &mut Message, name: &Name, query: &Query, addresses: &[IpAddr]) {
    for address in addresses {
        let data = match (query.query_type(), address) {
            (RecordType::A, IpAddr::V4(v4)) => RData::A(A(*v4)),
            (RecordType::AAAA, IpAddr::V6(v6)) => RData::AAAA(AAAA(*v6)),
            _ => continue,
        };
        // No time to live: the next question reaches this server again.
        answer.add_answer(Record::from_rdata(name.clone(), 0, data));
    }
}
