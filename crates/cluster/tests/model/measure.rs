use super::*;
#[test]
#[ignore]
fn measure() {
    let short = ClusterModel { time_max: 5, ..SMALL };
    let three = ClusterModel { nodes: 3, slow_max: 1, ..short.clone() };
    let rows: Vec<(&str, ClusterModel)> = vec![
        ("3 none", three.clone()),
        ("3 crash start", ClusterModel { budget: Budget { crashes: 1, starts: 1, ..NONE }, ..three.clone() }),
        ("3 start", ClusterModel { budget: Budget { starts: 1, ..NONE }, ..three.clone() }),
        ("3 hold 1", ClusterModel { budget: Budget { holds: 1, ..NONE }, ..three.clone() }),
        ("3 hold 1 loss 1", ClusterModel { budget: Budget { holds: 1, losses: 1, ..NONE }, ..three.clone() }),
        ("3 leave", ClusterModel { budget: Budget { leaves: 1, ..NONE }, ..three.clone() }),
        ("3 change", ClusterModel { budget: Budget { changes: 1, ..NONE }, shards: 1, ..three.clone() }),
        ("3 wakes", ClusterModel { budget: Budget { deliveries: 1, ..NONE }, with_wakes: true, ..three.clone() }),
        ("2 hold2 loss1 start1", ClusterModel { budget: Budget { holds: 2, losses: 1, starts: 1, ..NONE }, time_max: 4, ..short.clone() }),
        ("2 attempts hold loss start", ClusterModel { budget: Budget { holds: 1, losses: 1, starts: 1, ..NONE }, with_attempts: true, time_max: 4, ..short.clone() }),
        ("2 attempts leave loss start", ClusterModel { budget: Budget { leaves: 1, losses: 1, starts: 1, ..NONE }, time_max: 3, with_attempts: true, ..short.clone() }),
        ("2 change holds 1", ClusterModel { budget: Budget { holds: 1, losses: 1, changes: 2, ..NONE }, time_max: 4, ..short.clone() }),
        ("2 from nothing", ClusterModel { begins_settled: false, budget: Budget { holds: 1, losses: 1, ..NONE }, ..short.clone() }),
        ("3 from nothing", ClusterModel { begins_settled: false, ..three.clone() }),
    ];
    for (name, model) in rows {
        let started = std::time::Instant::now();
        let checker = model.checker().threads(2).target_state_count(1_500_000).spawn_bfs().join();
        println!("{name}: {} unique, {} total, depth {}, {:?} {:?}", checker.unique_state_count(), checker.state_count(), checker.max_depth(), started.elapsed(), checker.discoveries().keys());
        for (property, path) in checker.discoveries() {
            println!("  {property}: {:?}", path.into_actions());
        }
    }
}
