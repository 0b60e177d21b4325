//! The actions of rules: read from a document, kept with their secrets sealed.

use cotejo_domain::{
    fields::FieldErrors,
    ids::{ClientId, RuleActionId},
    rules::{Action, Rule},
};
use cotejo_store::rules::StoredAction;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::body::Whole;
use crate::{App, AppError, AppResult, secrets::Place};

impl App {
    /// The actions in a document, with the secrets that were sent back hidden put in their places.
    pub(super) fn actions(
        &self,
        document: &Value,
        before: &[(RuleActionId, Action)],
    ) -> Result<Vec<(RuleActionId, Action)>, FieldErrors> {
        let read = Action::parse_all(document.get("actions"), &|| self.new_signing_key())?;
        let mut errors = FieldErrors::default();
        let now = self.clock().now();
        let mut actions = Vec::with_capacity(read.len());
        for (place, mut action) in read.into_iter().enumerate() {
            let named = document["actions"][place]["action_id"]
                .as_str()
                .and_then(|id| id.parse().ok());
            let known = before.iter().find(|(id, _)| Some(*id) == named);
            if let Some((_, known)) = known {
                action.keep_secrets(known);
            }
            if let Some(member) = action.still_hidden() {
                errors.push(
                    &format!("actions[{place}].{member}"),
                    "must be sent again: what is hidden is kept for the same action_id and url alone",
                );
            }
            if let Action::Webhook { url, .. } = &action
                && let Err(error) = self.inner.guard.check_url(url)
            {
                errors.push(&format!("actions[{place}].url"), error.to_string());
            }
            let id = known.map_or_else(|| RuleActionId(self.ids().uuid(now)), |(id, _)| *id);
            actions.push((id, action));
        }
        errors.into_result()?;
        Ok(actions)
    }

    pub(super) async fn save_rule(&self, conn: &mut PgConnection, whole: &Whole) -> AppResult<()> {
        let rule = &whole.rule;
        cotejo_store::rules::save(&mut *conn, rule)
            .await
            .map_err(|error| AppError::taken(error, "rules_name", "a rule of this name exists already"))?;
        let mut stored = Vec::with_capacity(whole.actions.len());
        for (id, action) in &whole.actions {
            let spec = serde_json::to_vec(action).map_err(AppError::internal)?;
            let place = action_place(rule.client, &id.0);
            stored.push(StoredAction {
                rule: rule.id,
                id: *id,
                spec: self.inner.secrets.seal(place, self.ids().secret(), &spec),
            });
        }
        Ok(cotejo_store::rules::set_actions(conn, rule.client, rule.id, &stored).await?)
    }

    pub(super) async fn with_actions(
        &self,
        conn: &mut PgConnection,
        client: ClientId,
        rules: Vec<Rule>,
    ) -> AppResult<Vec<Whole>> {
        let ids: Vec<Uuid> = rules.iter().map(|rule| rule.id.0).collect();
        let stored = cotejo_store::rules::actions(conn, client, &ids).await?;
        rules
            .into_iter()
            .map(|rule| {
                let own = stored.iter().filter(|action| action.rule == rule.id);
                let actions = own.map(|action| Ok((action.id, self.open_action(client, action)?)));
                Ok(Whole {
                    actions: actions.collect::<AppResult<_>>()?,
                    rule,
                })
            })
            .collect()
    }

    pub(crate) fn open_action(&self, client: ClientId, action: &StoredAction) -> AppResult<Action> {
        let opened = self
            .inner
            .secrets
            .open(action_place(client, &action.id.0), &action.spec)
            .map_err(AppError::internal)?;
        serde_json::from_slice(&opened).map_err(AppError::internal)
    }
}

fn action_place(client: ClientId, id: &Uuid) -> Place<'_> {
    Place {
        client,
        what: "rule.action",
        of: id.as_bytes(),
    }
}
