//! What a snapshot of the catalog promises.

use nuncio_domain::{Branding, PolicyOverride, Scope};

use super::*;

fn project(n: u128) -> Arc<Project> {
    Arc::new(Project {
        id: ProjectId::from_bits(n),
        name: n.to_string(),
        dialect: "standard".to_owned(),
        policy: PolicyOverride::default(),
        branding: Branding::default(),
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
    })
}

fn key(n: u128, kind: KeyKind) -> Arc<ApiKey> {
    Arc::new(ApiKey {
        id: KeyId::from_bits(n),
        name: n.to_string(),
        kind,
        scope: Scope::Full,
        created_at: Timestamp::default(),
        expires_at: Some(Timestamp::from_ms(n as i64)),
        last_used_at: None,
    })
}

#[test]
fn a_snapshot_stays_as_it_was_whatever_comes_after_it() {
    let (one, other) = (ProjectId::from_bits(1), ProjectId::from_bits(2));
    let tenant = TenantId::parse("acme").unwrap();
    let mut mirror = Mirror::default();
    mirror.put_project(1, project(1));
    mirror.put_project(2, project(2));
    mirror.put_key([1; 32], key(1, KeyKind::Project { project: one }));
    mirror.put_key([2; 32], key(2, KeyKind::Project { project: other }));
    let portal = KeyKind::Portal {
        project: one,
        tenant: tenant.clone(),
    };
    mirror.put_key([3; 32], key(3, portal));
    let before = mirror.clone();

    let mut next = mirror.next();
    next.drop_key(other, KeyId::from_bits(2));
    next.touch_keys(&HashMap::from([(
        KeyId::from_bits(1),
        Timestamp::from_ms(9),
    )]));
    next.drop_portal(&[3; 32]);
    let touched = next.key(&[1; 32]).unwrap().last_used_at;
    assert_eq!(touched, Some(Timestamp::from_ms(9)));
    next.drop_project(one);

    assert_eq!(next.version, before.version + 1);
    assert!(next.project(one).is_none() && next.key(&[1; 32]).is_none());
    assert!(next.key(&[2; 32]).is_none() && next.key_of(other, KeyId::from_bits(2)).is_none());
    assert!(before.project(one).is_some());
    assert_eq!(before.key(&[1; 32]).unwrap().last_used_at, None);
    assert!(before.key_of(other, KeyId::from_bits(2)).is_some());
    assert_eq!(before.portals_beyond(one, &tenant, 1), Some(vec![[3; 32]]));
    assert_eq!(next.portals_beyond(one, &tenant, 1), None);
    assert!(before.key(&[3; 32]).is_some() && next.key(&[3; 32]).is_none());
}
