//! What comes from the desk: asked for, late, old or refused, but never a blank screen.

use super::message::RequestId;

/// Something remote. What was there stays drawn while it is fetched again, and also when that fails.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Loadable<T> {
    /// Never asked for.
    #[default]
    Idle,
    /// Asked for the first time.
    Loading,
    /// Here.
    Ready(T),
    /// Here, and asked for again.
    Stale(T),
    /// Refused, with what was there before.
    Failed(String, Option<T>),
}

impl<T> Loadable<T> {
    /// What can be drawn.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Ready(value) | Self::Stale(value) | Self::Failed(_, Some(value)) => Some(value),
            Self::Idle | Self::Loading | Self::Failed(_, None) => None,
        }
    }

    /// Why the last request failed.
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Failed(why, _) => Some(why),
            _ => None,
        }
    }

    /// Whether an answer is awaited.
    pub const fn is_loading(&self) -> bool {
        matches!(self, Self::Loading | Self::Stale(_))
    }

    fn into_value(self) -> Option<T> {
        match self {
            Self::Ready(value) | Self::Stale(value) | Self::Failed(_, Some(value)) => Some(value),
            Self::Idle | Self::Loading | Self::Failed(_, None) => None,
        }
    }
}

/// A [`Loadable`] with the one request that may fill it: answers to older requests are dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct Remote<T> {
    state: Loadable<T>,
    waits_for: Option<RequestId>,
}

impl<T> Default for Remote<T> {
    fn default() -> Self {
        Self {
            state: Loadable::Idle,
            waits_for: None,
        }
    }
}

impl<T> Remote<T> {
    /// Something that is here already.
    pub const fn ready(value: T) -> Self {
        Self {
            state: Loadable::Ready(value),
            waits_for: None,
        }
    }

    /// Notes that `id` was asked: only its answer counts from now on.
    pub fn ask(&mut self, id: RequestId) {
        self.waits_for = Some(id);
        self.state = match std::mem::take(&mut self.state).into_value() {
            Some(value) => Loadable::Stale(value),
            None => Loadable::Loading,
        };
    }

    /// Whether `id` is what is waited for.
    pub fn expects(&self, id: RequestId) -> bool {
        self.waits_for == Some(id)
    }

    /// Takes the answer to `id`; a late one is dropped, and `false` says so.
    pub fn receive(&mut self, id: RequestId, answer: Result<T, String>) -> bool {
        if !self.expects(id) {
            return false;
        }
        self.waits_for = None;
        self.state = match answer {
            Ok(value) => Loadable::Ready(value),
            Err(why) => Loadable::Failed(why, std::mem::take(&mut self.state).into_value()),
        };
        true
    }

    /// Forgets the value and the request.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The state.
    pub const fn state(&self) -> &Loadable<T> {
        &self.state
    }

    /// What can be drawn.
    pub const fn value(&self) -> Option<&T> {
        self.state.value()
    }

    /// Why the last request failed.
    pub fn failure(&self) -> Option<&str> {
        self.state.failure()
    }

    /// Whether an answer is awaited.
    pub const fn is_loading(&self) -> bool {
        self.state.is_loading()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_request_counts_and_old_values_stay() {
        let mut remote = Remote::default();
        remote.ask(RequestId(1));
        remote.ask(RequestId(2));
        assert!(!remote.receive(RequestId(1), Ok(10)));
        assert!(remote.receive(RequestId(2), Ok(20)));
        remote.ask(RequestId(3));
        assert_eq!(remote.state(), &Loadable::Stale(20));
        assert!(remote.receive(RequestId(3), Err("gone".to_owned())));
        assert_eq!((remote.value(), remote.failure()), (Some(&20), Some("gone")));
    }
}
