//! Who did it, as the trail names them.

use uuid::Uuid;

/// Whoever stands behind an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// A person who signed in.
    Person(Uuid),
    /// A clinician's phone or computer.
    Device(Uuid),
    /// A screen.
    Display(Uuid),
    /// A program with a key.
    Key(Uuid),
    /// A secret address that counts.
    Address(Uuid),
    /// Nobody who had signed in yet.
    Stranger,
    /// A command on the machine.
    CommandLine,
    /// Headroom itself.
    Job,
}

impl Who {
    /// Reads the name that the trail has; nothing for one that this version does not know.
    pub fn read(actor: &str) -> Option<Self> {
        match actor {
            "stranger" => return Some(Self::Stranger),
            "command line" => return Some(Self::CommandLine),
            "scheduled job" => return Some(Self::Job),
            _ => {}
        }
        let (what, id) = actor.split_once(' ')?;
        let id = id.parse().ok()?;
        match what {
            "person" => Some(Self::Person(id)),
            "device" => Some(Self::Device(id)),
            "display" => Some(Self::Display(id)),
            "key" => Some(Self::Key(id)),
            "address" => Some(Self::Address(id)),
            _ => None,
        }
    }

    /// The id, where there is one.
    pub fn id(self) -> Option<Uuid> {
        match self {
            Self::Person(id) | Self::Device(id) | Self::Display(id) | Self::Key(id) | Self::Address(id) => Some(id),
            Self::Stranger | Self::CommandLine | Self::Job => None,
        }
    }

    /// What is said of them, given what their id is called for whoever reads.
    pub fn words(self, name: Option<&str>) -> String {
        match (self, name) {
            (Self::Person(_), Some(name)) => name.to_owned(),
            (Self::Person(_), None) => "Somebody from elsewhere".to_owned(),
            (Self::Device(_), Some(name)) => format!("{name}, own phone or computer"),
            (Self::Device(_), None) => "A clinician’s phone or computer".to_owned(),
            (Self::Display(_), Some(name)) => format!("The screen {name}"),
            (Self::Display(_), None) => "A screen".to_owned(),
            (Self::Key(_), Some(name)) => format!("The program {name}"),
            (Self::Key(_), None) => "A program".to_owned(),
            (Self::Address(_), Some(name)) => format!("The one-tap address {name}"),
            (Self::Address(_), None) => "A one-tap address".to_owned(),
            (Self::Stranger, _) => "Somebody not signed in yet".to_owned(),
            (Self::CommandLine, _) => "Whoever runs the server".to_owned(),
            (Self::Job, _) => "Headroom itself".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use entity::ids::{ApiKeyId, DeviceId, DisplayId, PersonId, TapAddressId};

    use super::*;
    use crate::domain::access::{Actor, Grant, Role};

    #[test]
    fn every_actor_is_read_back() {
        let id = Uuid::from_u128(7);
        let practice: entity::ids::OdsCode = "Z90001".parse().unwrap();
        let clinician = entity::ids::ClinicianId(Uuid::from_u128(8));
        let grant = Grant { role: Role::PracticeManager, organisation: (&practice).into() };
        let actors = [
            (Actor::Person { id: PersonId(id), grants: Vec::new() }, Who::Person(id)),
            (Actor::Device { id: DeviceId(id), practice: practice.clone(), clinician }, Who::Device(id)),
            (Actor::TapAddress { id: TapAddressId(id), practice: practice.clone(), clinician }, Who::Address(id)),
            (Actor::Display { id: DisplayId(id), practice, desk: false }, Who::Display(id)),
            (Actor::Program { key: ApiKeyId(id), grant, scopes: Vec::new() }, Who::Key(id)),
            (Actor::Stranger, Who::Stranger),
        ];
        for (actor, who) in actors {
            assert_eq!(Who::read(&actor.to_string()), Some(who));
        }
        assert_eq!(Who::read("command line"), Some(Who::CommandLine));
        assert_eq!(Who::read("scheduled job"), Some(Who::Job));
        assert_eq!(Who::read("person nobody"), None);
    }
}
