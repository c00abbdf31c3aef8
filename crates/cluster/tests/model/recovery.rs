//! Does the cluster come right when everything goes well from now on?

use nuncio_cluster::{NodeEnd, NodeId};
use nuncio_domain::Timestamp;

use crate::{
    cluster::{Cluster, ClusterModel},
    process::{OnItsWay, Process},
};

/// Lets everything go well, time go by, and every notification be lost. Whoever has crashed stays away, unless nobody is
/// left. Returns whether all is as it should be before long.
pub(crate) fn recovers(model: &ClusterModel, cluster: &mut Cluster) -> bool {
    let is_there =
        |process: &Process| process.is_alive && process.node.ended() != Some(NodeEnd::Left);
    if !cluster.processes.iter().any(is_there) {
        cluster.start(model, 0);
    }
    // Until a lease has run out here, somebody else's count has stood still after that, and all that twice.
    let rounds = 4 * model.options().gone_after().as_millis() + 8;
    for _ in 0..rounds {
        for number in 0..cluster.processes.len() {
            goes_well(model, cluster, number);
        }
        if is_well(model, cluster) {
            return true;
        }
        cluster.time += 1;
    }
    false
}

fn goes_well(model: &ClusterModel, cluster: &mut Cluster, number: usize) {
    if cluster.processes[number].is_alive
        && cluster.processes[number].node.ended() == Some(NodeEnd::Buried)
    {
        cluster.start(model, number);
    }
    let now = model.clock(cluster, number);
    let process = &mut cluster.processes[number];
    if !process.is_alive {
        return;
    }
    process.is_notified = false;
    process.woken.clear();
    process.attempt = None;
    for held in std::mem::take(&mut process.held) {
        let reply = match held.on_its_way {
            OnItsWay::ThereStill(step) => {
                let me = process.node.id();
                cluster.database.execute(me, &step, model.bug).0
            }
            OnItsWay::Back(reply) => reply,
        };
        process.node.reply(held.lane, reply, now);
    }
    process.settle(&mut cluster.database, now, model.bug);
}

fn is_well(model: &ClusterModel, cluster: &Cluster) -> bool {
    let all = cluster.processes.iter().enumerate();
    let there: Vec<(&Process, Timestamp)> = all
        .filter(|(_, process)| process.is_alive && process.node.ended() != Some(NodeEnd::Left))
        .map(|(number, process)| (process, model.clock(cluster, number)))
        .collect();
    let has_share = |node: NodeId| {
        let shards = cluster.database.tables.shards.iter();
        let own = shards.filter(|owning| owning.owner == Some(node)).count();
        own == model.shards / there.len() || own == model.shards.div_ceil(there.len())
    };
    let catalog = cluster.database.tables.catalog;
    let nodes_are_well = there.iter().all(|(process, now)| {
        process.node.is_ready(*now)
            && process.node.in_force() == catalog
            && has_share(process.node.id())
    });
    let is_owned = |number: usize| {
        let shard = nuncio_cluster::Shard::numbered(number as u8);
        let owner = cluster.database.tables.shards[number].owner;
        let mut owners = there
            .iter()
            .filter(|(process, _)| Some(process.node.id()) == owner);
        owners.any(|(process, now)| process.node.may_start(shard, *now).is_some())
    };
    nodes_are_well
        && (0..model.shards).all(is_owned)
        && !cluster.database.due.contains(&true)
        && cluster.database.tables.nodes.len() == there.len()
}
