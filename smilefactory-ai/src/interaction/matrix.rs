//! Who acted on what.

use std::collections::BTreeSet;

/// A sparse matrix of actors and items that says who acted on what, and no more: doing something twice is doing it
/// once, and what is missing is unknown, not disliked.
///
/// Actors and items are numbered from zero by the caller.
///
/// ```
/// use smilefactory_ai::interaction::Interactions;
///
/// let deals = Interactions::new(2, 3, [(0, 1), (0, 2), (1, 1), (1, 1)])?;
/// assert_eq!(deals.items_of(0), [1, 2]);
/// assert_eq!(deals.actors_of(1), [0, 1]);
/// assert_eq!(deals.len(), 3);
/// # Ok::<(), smilefactory_ai::interaction::OutOfRange>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interactions {
    by_actor: Vec<Vec<usize>>,
    by_item: Vec<Vec<usize>>,
}

/// A pair names an actor or an item that the matrix does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("actor {actor} with item {item} is outside the matrix")]
pub struct OutOfRange {
    /// The pair's actor.
    pub actor: usize,
    /// The pair's item.
    pub item: usize,
}

impl Interactions {
    /// A matrix of so many actors and items, with these pairs of actor and item.
    pub fn new(
        actors: usize,
        items: usize,
        pairs: impl IntoIterator<Item = (usize, usize)>,
    ) -> Result<Self, OutOfRange> {
        let mut rows = vec![BTreeSet::new(); actors];
        for (actor, item) in pairs {
            match rows.get_mut(actor) {
                Some(row) if item < items => row.insert(item),
                _ => return Err(OutOfRange { actor, item }),
            };
        }
        let mut by_item = vec![Vec::new(); items];
        for (actor, row) in rows.iter().enumerate() {
            for item in row {
                if let Some(column) = by_item.get_mut(*item) {
                    column.push(actor);
                }
            }
        }
        let by_actor = rows.into_iter().map(|row| row.into_iter().collect()).collect();
        Ok(Self { by_actor, by_item })
    }

    /// The same matrix without some items of each actor.
    pub(super) fn without(&self, left_out: &[Vec<usize>]) -> Self {
        let keeps = |actor: usize, item: usize| left_out.get(actor).is_none_or(|row| !row.contains(&item));
        let mut by_actor = self.by_actor.clone();
        for (actor, row) in by_actor.iter_mut().enumerate() {
            row.retain(|item| keeps(actor, *item));
        }
        let mut by_item = self.by_item.clone();
        for (item, column) in by_item.iter_mut().enumerate() {
            column.retain(|actor| keeps(*actor, item));
        }
        Self { by_actor, by_item }
    }

    /// How many actors there are, idle ones included.
    pub fn actors(&self) -> usize {
        self.by_actor.len()
    }

    /// How many items there are, untouched ones included.
    pub fn items(&self) -> usize {
        self.by_item.len()
    }

    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.by_actor.iter().map(Vec::len).sum()
    }

    /// Whether nobody did anything.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What an actor acted on, ascending; nothing for an unknown actor.
    pub fn items_of(&self, actor: usize) -> &[usize] {
        self.by_actor.get(actor).map_or(&[], Vec::as_slice)
    }

    /// Who acted on an item, ascending; nobody for an unknown item.
    pub fn actors_of(&self, item: usize) -> &[usize] {
        self.by_item.get(item).map_or(&[], Vec::as_slice)
    }

    /// All pairs, by actor and item.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.by_actor.iter().enumerate().flat_map(|(actor, row)| row.iter().map(move |item| (actor, *item)))
    }
}
