//! The instance itself.

use smilefactory_client::OPERATIONS;

use super::world::World;

pub(crate) async fn walk(world: &World) {
    let nobody = world.nobody();
    let platform = nobody.platform();
    platform.live().await.unwrap();
    let ready = platform.ready().await.unwrap();
    assert!(ready.ready && ready.parts["database"], "{ready:?}");
    assert!(platform.metrics().await.unwrap().contains("# TYPE"));
    let document = platform.open_api().await.unwrap();
    for operation in OPERATIONS {
        let described = &document["paths"][operation.path()][operation.method().to_lowercase()];
        assert_eq!(described["operationId"], operation.id());
    }
}
