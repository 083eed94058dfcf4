from django.urls import path

from commitments import views
from commitments.answers import views as answers
from commitments.extensions import views as extensions
from commitments.figures import views as figures
from commitments.next_plan import views as next_plan
from commitments.verifications import views as verifications

app_name = "commitments"
urlpatterns = [
    path("siguiente/", next_plan.plan_next, name="plan_next"),
    path("traer/", next_plan.plan_bring, name="plan_bring"),
    path("compromisos/", views.commitment_list, name="commitment_list"),
    path("compromisos/tablero/", figures.commitment_board, name="commitment_board"),
    path("compromisos/balance/", figures.commitment_balance, name="commitment_balance"),
    path("compromisos/instancia/", figures.instance_detail, name="instance_detail"),
    path("compromisos/nuevo/", views.commitment_create, name="commitment_create"),
    path("compromisos/<int:pk>/", views.commitment_detail, name="commitment_detail"),
    path("compromisos/<int:pk>/editar/", views.commitment_update, name="commitment_update"),
    path("compromisos/<int:pk>/estado/", views.commitment_move, name="commitment_move"),
    path("compromisos/<int:pk>/seguimiento/", views.commitment_follow, name="commitment_follow"),
    path("compromisos/<int:pk>/eliminar/", views.commitment_delete, name="commitment_delete"),
    path("compromisos/<int:pk>/prorroga/", extensions.extension_ask, name="extension_ask"),
    path("compromisos/prorrogas/<int:pk>/", extensions.extension_decide, name="extension_decide"),
    path("compromisos/<int:pk>/verificar/", verifications.verification_create, name="verification_create"),
    path("compromisos/<int:pk>/respuestas/", answers.answer_list, name="answer_list"),
]
